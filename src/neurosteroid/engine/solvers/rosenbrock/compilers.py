"""Finding a C compiler, asking what it is, and letting it compile; none of it waits for ever."""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

from neurosteroid.errors import NeurosteroidError

FLAGS: Final = ("-O3", "-std=gnu11", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math")
"""No -ffast-math: NaN and infinity must be seen. The last two give up only errno and floating-point traps."""

MACHINES: Final = (("-march=native",), ("-mcpu=native",), ())
"""Flags for this processor, the first that the compiler understands; the last gives slower code that runs anyway."""

LINKING: Final = ("-shared", "-fPIC", "-Wno-psabi", "-lm")

ANSWER_TIME: Final = 20.0
"""Seconds a compiler has to say what it is."""

COMPILE_TIME: Final = 300.0
"""Seconds a compiler has for one solver."""

_SLOW: Final[set[tuple[str, ...]]] = set()
"""Compilers that took too long once; this process does not wait for them again."""

ADVICE: Final = "Install gcc or clang, or set CC to one that works, for the fast solver."


class CompilerError(NeurosteroidError):
    """There is no C compiler, or it failed; the text is a sentence that says what to do."""


def find_compiler() -> tuple[str, ...]:
    """Return the command of the C compiler: ``CC``, or the first of cc, gcc and clang on PATH.

    Raises:
        CompilerError: there is none.
    """
    chosen = os.environ.get("CC", "")
    try:
        words = shlex.split(chosen)
    except ValueError:
        words = [chosen]
    for name in (words[0],) if words else ("cc", "gcc", "clang"):
        path = shutil.which(name)
        if path:
            return (path, *words[1:])
    looked = f"'{words[0]}' (CC) is not" if words else "none of cc, gcc and clang is"
    raise CompilerError(f"{looked} on PATH. {ADVICE}")


def compiler_version(command: tuple[str, ...]) -> str:
    """Return the first line a compiler says about itself; asked once, and not again after it failed.

    Raises:
        CompilerError: it cannot be run.
    """
    text, problem = _version(command)
    if problem:
        raise CompilerError(problem)
    return text


@functools.cache
def _version(command: tuple[str, ...]) -> tuple[str, str]:
    try:
        code, out, err = run((*command, "--version"), "", ANSWER_TIME)
    except (OSError, subprocess.SubprocessError) as error:
        return "", f"the C compiler {command[0]} cannot be run ({_short(error)}). {ADVICE}"
    if code != 0:
        said = (err or out).strip().partition("\n")[0] or f"exit status {code}"
        return "", f"the C compiler {command[0]} cannot be run ({said}). {ADVICE}"
    return out.partition("\n")[0], ""


def compile_library(text: str, path: Path, flags: tuple[str, ...]) -> None:
    """Compile C text into a library at `path`.

    Raises:
        CompilerError: the compiler failed, or took too long.
    """
    command = find_compiler()
    if command in _SLOW:
        raise CompilerError(f"the C compiler {command[0]} took too long before. {ADVICE}")
    said = ""
    for machine in MACHINES:
        whole = (*command, *FLAGS, *machine, *flags, "-x", "c", "-", "-o", str(path), *LINKING)
        try:
            code, _, err = run(whole, text, COMPILE_TIME)
        except (OSError, subprocess.SubprocessError) as error:
            if isinstance(error, subprocess.TimeoutExpired):
                _SLOW.add(command)
            raise CompilerError(f"the C compiler {command[0]} cannot be run ({_short(error)}). {ADVICE}") from error
        if code == 0 and path.is_file() and path.stat().st_size:
            return
        lines = err.strip().splitlines()
        said = said or next((line for line in lines if "error" in line), lines[0] if lines else "no message").strip()
    raise CompilerError(f"the C compiler {command[0]} failed ({said}). {ADVICE}")


def run(command: tuple[str, ...], text: str, seconds: float) -> tuple[int, str, str]:
    """Return exit status, output and error output; whatever the command started ends with it when time is up.

    Raises:
        OSError: the command cannot be started.
        subprocess.SubprocessError: it took too long.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, errors="replace", start_new_session=True
    ) as process:
        try:
            out, err = process.communicate(text, timeout=seconds)
        except BaseException:
            # A compiler is often a script around another one, which would hold the pipes open.
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            process.communicate()
            raise
    return process.returncode, out, err


def _short(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no end after {error.timeout:g} s"
    return str(error)
