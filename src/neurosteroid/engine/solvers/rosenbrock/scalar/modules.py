"""Generated Python for numba: kept on disk as a module, so that numba can keep what it compiled beside it."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np

from neurosteroid.engine import cache
from neurosteroid.errors import MissingExtraError


def module_of(text: str, task: ModuleType) -> ModuleType:
    """Return the module of a text; where the cache folder cannot be written, in a folder of this process.

    Args:
        text: Python, whose functions numba compiles at their first call, or finds compiled beside the module.
        task: the module that says what they are given; what is kept goes by its text too.

    Raises:
        MissingExtraError: numba is not installed, or cannot be used.
    """
    try:
        import numba
    except ImportError as error:
        raise MissingExtraError(f"numba cannot be used ({error}); pip install 'neurosteroid[numba]'.") from error
    structure = Path(str(task.__file__)).read_text(encoding="utf-8")
    digest = hashlib.sha256(chr(0).join((text, structure, numba.__version__, np.__version__)).encode()).hexdigest()
    name = f"neurosteroid_{digest}"
    for folder in (cache.folder(), Path(_temporary_folder().name)):
        try:
            return _imported(name, _kept(folder / f"{name}.py", text))
        except (OSError, RuntimeError):
            # RuntimeError: numba finds no place beside the module for what it compiles.
            continue
    raise MissingExtraError("numba finds no folder for what it compiles; set NEUROSTEROID_CACHE to one you may write.")


def _kept(path: Path, text: str) -> Path:
    """Return the path of a text, written whole if it is not there; numba goes by the file's time, so it then stays."""
    try:
        if path.read_text(encoding="utf-8") == text:
            return path
    except (OSError, UnicodeDecodeError):
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as file:
        temporary = Path(file.name)
        file.write(text)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise OSError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    # What numba keeps on disk names the module it came from.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@functools.cache
def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="neurosteroid-")
