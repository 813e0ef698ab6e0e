"""Printing a tape as Python for numba: numbers one by one; what is free of time and states is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from neurosteroid.engine.solvers.rosenbrock.parting import parted
from neurosteroid.engine.tape import CONDITIONS, SOURCES, Tape

_TEXT: Final = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "negate": "-{0}",
    "invert": "1.0 / {0}",
    "exp": "np.exp({0})",
    "log": "np.log({0})",
    "sqrt": "np.sqrt({0})",
    "sin": "np.sin({0})",
    "cos": "np.cos({0})",
    "absolute": "abs({0})",
    "power": "{0} ** {1}",
    "power_slope": "0.0 if {0} == 0.0 and {1} < 1.0 else {1} * {0} ** ({1} - 1.0)",
    "less": "{0} < {1}",
    "at_most": "{0} <= {1}",
    "both": "{0} and {1}",
    "either": "{0} or {1}",
    "opposite": "not {0}",
    "choose": "{1} if {0} else {2}",
}
_SOURCES: Final = {"state": "y", "parameter": "p", "covariate": "u"}


class ScalarPrinter:
    """Prints functions of one tape; values computed ahead stand in the array `fixed`, truth values as 1 and 0."""

    def __init__(self, tape: Tape) -> None:
        self.operations = tape.operations
        self.parting = parted(tape)
        self.moving, self.slots = self.parting.moving, self.parting.slots

    def fixed_lines(self) -> list[str]:
        """Return the lines that fill `fixed` from the parameters p and covariates u."""
        stores = [
            f"fixed[{slot}] = {'1.0 if {0} else 0.0' if self._is_condition(place) else '{0}'}".format(f"v{place}")
            for place, slot in self.slots.items()
        ]
        return self._lines(tuple(self.slots), ahead=True) + stores

    def body(self, results: Sequence[int], targets: Sequence[str]) -> list[str]:
        """Return the lines that compute results from t, y and fixed, and store them."""
        stores = [f"{target} = {self._name(place)}" for place, target in zip(results, targets, strict=True)]
        return self._lines(results, ahead=False) + stores

    def _lines(self, results: Sequence[int], *, ahead: bool) -> list[str]:
        needed = self.parting.needed(results, ahead=ahead)
        return [f"v{place} = {self._expression(place, ahead=ahead)}" for place in needed]

    def _expression(self, place: int, *, ahead: bool) -> str:
        name, *inner = self.operations[place]
        if not ahead and not self.moving[place]:
            return f"fixed[{self.slots[place]}]" + (" != 0.0" if self._is_condition(place) else "")
        if name == "time":
            return "t"
        if name in SOURCES:
            return f"{_SOURCES[name]}[{inner[0]}]"
        return _TEXT[name].format(*(self._name(item) for item in inner))

    def _name(self, place: int) -> str:
        operation = self.operations[place]
        return f"({operation[1]!r})" if operation[0] == "number" else f"v{place}"

    def _is_condition(self, place: int) -> bool:
        return self.operations[place][0] in CONDITIONS
