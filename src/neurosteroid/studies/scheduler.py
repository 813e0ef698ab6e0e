"""The address of a scheduler: read, and knocked at, before Dask is asked to stay in touch with it."""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import Final

from neurosteroid.errors import InputError

PATIENCE: Final = 6.0
"""Seconds in which a scheduler must answer; one that is just being started has this time to come up."""

_AGAIN: Final = 0.5  # seconds between two attempts
_ADDRESS: Final = re.compile(r"(?:(?P<kind>[a-z]+)://)?(?P<host>[^\s:/\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})/?")
_KINDS: Final = ("tcp", "tls", "ws", "wss")
_ELSEWHERE: Final = ("inproc://", "ucx://")  # of this process, and of networks without sockets: only Dask can tell
_WAY: Final = "Give an address such as tcp://HOST:8786, or local:2 for two processes on this machine."


def knock(address: str, patience: float = PATIENCE) -> None:
    """Refuse an address at which nobody answers.

    Dask itself goes on trying for longer than a person waits, and its threads for longer still.

    Args:
        address: such as ``tcp://host:8786``.
        patience: seconds.

    Raises:
        InputError: it is no address, its host is not known, or nothing listens there.
    """
    if address.startswith(_ELSEWHERE):
        return
    found = _ADDRESS.fullmatch(address)
    if found is None or (found["kind"] or "tcp") not in _KINDS or not 0 < int(found["port"]) < 2**16:
        raise InputError(f"this is no address of a Dask scheduler. {_WAY}", where=address)
    host, port = found["host"].strip("[]"), int(found["port"])
    answer: list[OSError | None] = []
    # a resolver may take its time; a thread that nobody waits for ends with the process
    greets = (found["kind"] or "tcp") == "tcp"
    asking = threading.Thread(target=lambda: answer.append(_answer(host, port, patience, greets)), daemon=True)
    asking.start()
    asking.join(patience + 1.0)
    error = answer[0] if answer else OSError(f"no answer within {patience:g} s")
    if error is not None:
        raise InputError(f"no Dask scheduler can be reached here ({error}). {_WAY}", where=address) from error


def _answer(host: str, port: int, patience: float, greets: bool) -> OSError | None:
    """Return None when something listens (and greets, as Dask does over plain TCP), else why not, in the end."""
    last = time.monotonic() + patience
    while True:
        try:
            with socket.create_connection((host, port), timeout=max(last - time.monotonic(), _AGAIN)) as line:
                if greets and not line.recv(1):
                    return OSError("what listens there hung up, and is no Dask scheduler")
        except TimeoutError:
            return OSError(f"nothing that answers as Dask does within {patience:g} s")
        except OSError as error:
            if time.monotonic() + _AGAIN >= last or isinstance(error, socket.gaierror):
                return error
        else:
            return None
        time.sleep(_AGAIN)
