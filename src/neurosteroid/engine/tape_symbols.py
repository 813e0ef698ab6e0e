"""From symbols to a tape: the one place where sympy expressions are taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from neurosteroid.engine.tape import Tape, TapeWriter

_KINDS: Final = {"x": "state", "p": "parameter", "u": "covariate"}
_FUNCTIONS: Final = {"exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "Abs": "absolute"}


def tape_from_symbols(expressions: Sequence[Any]) -> Tape | None:
    """Return a tape of sympy expressions in the symbols t, x0.., p0.., u0.., or None if one has no native form.

    Factors and terms that are free of time and states are put together, so that they can be computed ahead.
    """
    import sympy
    from sympy.logic.boolalg import Boolean

    symbols = sympy.numbered_symbols("c")
    steps, results = sympy.cse([sympy.sympify(item) for item in expressions], symbols=symbols, order="none", list=True)
    taker = _Taker()
    try:
        for symbol, expression in steps:
            # a condition that two choices share is a step of its own
            boolean = isinstance(expression, Boolean) and not expression.is_Symbol
            taker.known[symbol] = taker.condition(expression) if boolean else taker.take(expression)
        return taker.writer.tape([taker.take(expression) for expression in results])
    except _NoNativeFormError:
        return None


class _NoNativeFormError(Exception):
    """An expression that a tape cannot hold."""


class _Taker:
    """Takes expressions apart; `fixed` remembers which positions are free of time and states."""

    def __init__(self) -> None:
        self.writer = TapeWriter()
        self.known: dict[Any, int] = {}
        self.moving: dict[int, bool] = {}

    def take(self, expression: Any) -> int:
        if expression not in self.known:
            self.known[expression] = self._take(expression)
        return self.known[expression]

    def _take(self, expression: Any) -> int:
        writer, kind = self.writer, type(expression).__name__
        if expression.is_number and expression.is_real:
            return writer.number(float(expression))
        if expression.is_Symbol:
            name = str(expression)
            return writer.put("time") if name == "t" else writer.put(_KINDS[name[0]], int(name[1:]))
        if expression.is_Add:
            return self._sum(expression.args)
        if expression.is_Mul:
            return self._product(expression.args)
        if expression.is_Pow:
            return writer.power(self.take(expression.base), self.take(expression.exp))
        if kind == "Piecewise":
            return self._cases(expression.args)
        if kind in _FUNCTIONS:
            return writer.put(_FUNCTIONS[kind], self.take(expression.args[0]))
        raise _NoNativeFormError

    def _sum(self, terms: Sequence[Any]) -> int:
        """Return a sum: what is fixed first, so that it can be computed ahead."""
        total = self.writer.number(0.0)
        for place in self._fixed_first([self.take(term) for term in terms]):
            total = self.writer.add(total, place)
        return total

    def _product(self, factors: Sequence[Any]) -> int:
        """Return a product; factors below the line are multiplied before the one division."""
        above, below = [], []
        for factor in factors:
            if factor.is_Pow and factor.exp.could_extract_minus_sign():
                below.append(self.take(factor.base**-factor.exp))
            else:
                above.append(self.take(factor))
        for fixed in (True, False):
            bottom = [place for place in below if self._is_fixed(place) == fixed]
            if bottom:
                above.append(self.writer.invert(self._multiplied(bottom)))
        return self._multiplied(self._fixed_first(above))

    def _multiplied(self, places: Sequence[int]) -> int:
        result = self.writer.number(1.0)
        for place in places:
            result = self.writer.multiply(result, place)
        return result

    def _fixed_first(self, places: Sequence[int]) -> list[int]:
        return sorted(places, key=lambda place: not self._is_fixed(place))

    def _is_fixed(self, place: int) -> bool:
        if place not in self.moving:
            operation = self.writer.operations[place]
            if operation[0] in ("number", "parameter", "covariate"):
                self.moving[place] = False
            elif operation[0] in ("time", "state"):
                self.moving[place] = True
            else:
                self.moving[place] = not all(self._is_fixed(inner) for inner in operation[1:])
        return not self.moving[place]

    def _cases(self, cases: Sequence[Any]) -> int:
        import sympy

        *tested, last = cases
        if last.args[1] != sympy.true:
            raise _NoNativeFormError
        result = self.take(last.args[0])
        for case in reversed(tested):
            result = self.writer.choose(self.condition(case.args[1]), self.take(case.args[0]), result)
        return result

    def condition(self, condition: Any) -> int:
        if condition in self.known:
            return self.known[condition]
        put, kind = self.writer.put, type(condition).__name__
        if kind in ("And", "Or"):
            places = [self.condition(item) for item in condition.args]
            result = places[0]
            for place in places[1:]:
                result = put("both" if kind == "And" else "either", result, place)
            return result
        if kind == "Not":
            return put("opposite", self.condition(condition.args[0]))
        if not getattr(condition, "is_Relational", False) or kind in ("Equality", "Unequality"):
            raise _NoNativeFormError
        name = "less" if kind.startswith("Strict") else "at_most"
        return put(name, self.take(condition.lts), self.take(condition.gts))
