"""Bodies: each module joins the parts of one state or drug to a person's model; found by walking this folder."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping

from neurosteroid.errors import WiringError
from neurosteroid.model.contribution import Body


@functools.cache
def bodies() -> Mapping[str, Body]:
    """Return every body by the name of its module.

    Raises:
        WiringError: a module without one, or one that requires a module that is not there.
    """
    found: dict[str, Body] = {}
    for module in pkgutil.iter_modules(__path__):
        body = getattr(importlib.import_module(f"{__name__}.{module.name}"), "BODY", None)
        if not isinstance(body, Body):
            raise WiringError("this module holds no BODY; write BODY = Body(contribute=...).", where=module.name)
        found[module.name] = body
    for name, body in found.items():
        if missing := [each for each in body.requires if each not in found]:
            raise WiringError(f"it requires {', '.join(missing)}; there: {', '.join(found)}.", where=name)
    return found
