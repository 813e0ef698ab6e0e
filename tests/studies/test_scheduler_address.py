"""Where a scheduler is said to be: what nobody answers at is refused, and the process ends."""

import contextlib
import socket
import subprocess
import sys
import threading

import pytest

from neurosteroid.errors import InputError
from neurosteroid.studies.scheduler import knock

SHORT = 0.6
"""Seconds of patience with what will not answer."""


@contextlib.contextmanager
def listening(answer):
    """Yield the port of something that takes calls and does with each what `answer` does."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        taken = []

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    taken.append(door.accept()[0])
                    answer(taken[-1])

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        server.join()
        for line in taken:
            line.close()


def unused_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.mark.parametrize(
    "address",
    ["nonsense://here", "nosuch", "tcp://host", "tcp://host:0", "tcp://host:99999", "http://host:80", "h:1 2"],
)
def test_what_is_no_address_is_refused_at_once(address):
    with pytest.raises(InputError, match="this is no address of a Dask scheduler") as found:
        knock(address)
    assert found.value.where == address


def test_a_port_at_which_nothing_listens_is_refused():
    with pytest.raises(InputError, match=r"no Dask scheduler can be reached here \(.*refused"):
        knock(f"tcp://127.0.0.1:{unused_port()}", SHORT)


def test_what_listens_and_says_nothing_is_no_scheduler():
    with listening(lambda line: None) as port, pytest.raises(InputError, match="nothing that answers as Dask does"):
        knock(f"tcp://127.0.0.1:{port}", SHORT)


def test_what_hangs_up_is_no_scheduler():
    with listening(lambda line: line.close()) as port, pytest.raises(InputError, match="hung up"):
        knock(f"127.0.0.1:{port}", SHORT)


def test_what_greets_is_let_in():
    with listening(lambda line: line.sendall(b"hello")) as port:
        knock(f"tcp://127.0.0.1:{port}", 30.0)
    with listening(lambda line: None) as port:
        # over TLS the one who calls speaks first
        knock(f"tls://127.0.0.1:{port}", 30.0)


def test_a_scheduler_that_comes_up_late_is_waited_for():
    port = unused_port()
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

        def begin():
            door.bind(("127.0.0.1", port))
            door.listen()
            with door.accept()[0] as line:
                line.sendall(b"hello")

        late = threading.Timer(0.7, begin)
        late.start()
        knock(f"tcp://127.0.0.1:{port}", 30.0)
        late.join()


@pytest.mark.parametrize("address", ["tcp://nosuch.invalid:1", "local"])
def test_a_process_with_a_wrong_address_says_so_and_ends(address, tmp_path):
    pytest.importorskip("distributed")
    start = "from neurosteroid.cli.main import main; main()"
    words = ["-c", start, "run", "brexanolone-postpartum", "--size", "5", "--cluster", address]
    # the limit is there to end a process that does not end by itself
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False
    )
    assert done.returncode == 2
    assert address in done.stderr
    assert "local:2" in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(path.name != "runs" for path in tmp_path.iterdir())
