"""Worker processes: they end with the process that started them, and say why they cannot begin."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from neurosteroid.errors import InputError

STUDY = """
import multiprocessing, os, sys
import neurosteroid as ns

def show(done, total):
    print(os.getpid(), *(child.pid for child in multiprocessing.active_children()), flush=True)

def main():
    women = ns.population("postpartum", size=SIZE, seed=1)
    ns.study(women, [ns.protocol("no-drug")], until="24 h", step="6 h", workers=2, progress=show)
"""


def script(folder, size, last):
    path = folder / "script.py"
    path.write_text(STUDY.replace("SIZE", str(size)) + last)
    return path


def living(number):
    """Return whether a process runs; one that has ended and that nobody asked for its status does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path):
    path = script(tmp_path, 200_000, 'if __name__ == "__main__":\n    main()\n')
    with subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True) as started:
        own, *workers = map(int, started.stdout.readline().split())
        assert own == started.pid
        assert len(workers) == 2
        assert all(map(living, workers))
        os.kill(own, signal.SIGKILL)
        # the pipe ends when nobody holds it any more: workers and the tracker of their resources
        deadline = time.monotonic() + 10.0
        try:
            while any(map(living, workers)) and time.monotonic() < deadline:
                time.sleep(0.05)
            left = [number for number in workers if living(number)]
            assert left == []
        finally:
            for number in filter(living, workers):
                os.kill(number, signal.SIGKILL)


def test_a_script_without_a_main_guard_is_told_of_it_once(tmp_path):
    path = script(tmp_path, 600, "main()\n")
    ended = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1
    assert "in a script the study must stand under the line: if __name__ == '__main__':" in ended.stderr
    assert ended.stderr.rstrip().splitlines()[-1].startswith(f"{InputError.__module__}.InputError: workers: ")
    assert ended.stdout == ""
