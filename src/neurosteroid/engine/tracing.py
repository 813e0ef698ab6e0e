"""Tracing runs the parts once on symbols and writes down what the solvers need."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from neurosteroid.engine.part import AbstractPart, parameter_fields
from neurosteroid.engine.ports import DOSE_PROPERTIES, OUTSIDE, State, dose_property_unit
from neurosteroid.engine.programs import Program, program_from_symbols
from neurosteroid.engine.tape import Tape
from neurosteroid.engine.tape_symbols import tape_from_symbols
from neurosteroid.engine.wiring import Wired, account_name, filled
from neurosteroid.errors import UnitError, WiringError, unknown_name
from neurosteroid.units import convert, same_dimension


@dataclass(frozen=True)
class Traced:
    """All that is known of a system after tracing; plain data, so it can be kept on disk.

    Attributes:
        states, parameters, covariates, outputs: (name, unit) in vector order.
        accounts: for each state, whether it only collects what left the system.
        derivative: program with n results, state unit per h.
        jacobian_places, jacobian: (row, column) of each structural nonzero, and the program with one result each.
        linear: whether the derivative is affine in the states with coefficients free of time.
        time_dependent: whether the derivative names the time.
        constant: program of the derivative at zero states (n results), the b of A x + b; all 0 when not linear.
        initial: program of the starting states (n results).
        output: program with one result an output.
        tape: the derivative once more, for native code; None when it uses a function that has no native form.
        initial_tape, output_tape: the starting states and the outputs, likewise.
    """

    states: tuple[tuple[str, str], ...]
    parameters: tuple[tuple[str, str], ...]
    covariates: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    accounts: tuple[bool, ...]
    derivative: Program
    jacobian_places: tuple[tuple[int, int], ...]
    jacobian: Program
    linear: bool
    time_dependent: bool
    constant: Program
    initial: Program
    output: Program
    tape: Tape | None
    initial_tape: Tape | None
    output_tape: Tape | None

    @functools.cached_property
    def digest(self) -> str:
        """Hash of all that native code is printed from: the tapes and how many of each kind of number there are.

        Two systems of one digest are followed by the same code, whatever their ports are called.
        """
        sizes = (len(self.states), len(self.parameters), len(self.covariates))
        tapes = (self.tape, self.initial_tape, self.output_tape)
        return hashlib.sha256(repr((sizes, tapes)).encode()).hexdigest()


def trace(wired: Wired) -> Traced:
    """Trace wired parts.

    Raises:
        WiringError: a part returns names it did not declare or misses one, a starting value does not fit its state, or
            a dose property depends on the states, has another unit, or belongs to no state.
    """
    return _Tracer(wired).run()


def written(wired: Wired) -> tuple[tuple[str, str], ...]:
    """Return (left side, right side) of every value and state of wired parts in full names, for people to read."""
    return _Tracer(wired, named=True).equations()


class _Tracer:
    """Runs parts on symbols: short ones in which values are substituted, or port names, for people to read."""

    def __init__(self, wired: Wired, *, named: bool = False) -> None:
        import sympy

        self.wired = wired
        self.named = named
        self.t = sympy.Symbol("t")
        self.state_names = [*wired.states, *wired.accounts]
        fields = [(name, field) for name, part in wired.parts.items() for field in parameter_fields(part)]
        self.parameters = tuple((f"{name}.{field.name}", str(field.metadata["unit"])) for name, field in fields)
        self.x = self._symbols("x", self.state_names)
        self.u = self._symbols("u", list(wired.covariates))
        self.p = self._symbols("p", [name for name, _ in self.parameters])
        self.parameter = {(name, field.name): symbol for (name, field), symbol in zip(fields, self.p, strict=True)}
        self.known: dict[str, Any] = dict(zip(self.state_names, self.x, strict=True))
        self.known.update(zip(wired.covariates, self.u, strict=True))
        self.read: list[tuple[str, str]] = []

    def _symbols(self, letter: str, names: list[str]) -> list[Any]:
        import sympy

        return [sympy.Symbol(name if self.named else f"{letter}{index}", real=True) for index, name in enumerate(names)]

    def equations(self) -> tuple[tuple[str, str], ...]:
        """Return (left side, right side) of every value and state, each port by its name."""
        traced = {name: self._symbolic(name, part) for name, part in self.wired.parts.items()}
        self._add_all_values(traced)
        rates = zip(self.state_names, self._rates(traced), strict=True)
        return (*self.read, *((f"d {name} / dt", str(rate)) for name, rate in rates))

    def run(self) -> Traced:
        import sympy

        traced = {name: self._symbolic(name, part) for name, part in self.wired.parts.items()}
        self._add_all_values(traced)
        outputs = {name: self.known[name] for name in [*self.wired.values, *self.state_names]}
        self._check_properties(outputs)
        right = self._rates(traced)
        jacobian = {
            (row, column): self._plain(sympy.diff(expression, symbol))
            for row, expression in enumerate(right)
            for column, symbol in enumerate(self.x)
            if expression.has(symbol)
        }
        places = tuple(place for place, expression in jacobian.items() if expression != 0)
        moving = {*self.x, self.t}
        linear = not any(jacobian[place].free_symbols & moving for place in places)
        # only of use when linear; elsewhere a rate may have no value without amounts, such as one in 1 / state
        constant = [expression.subs(dict.fromkeys(self.x, 0)) if linear else sympy.Integer(0) for expression in right]
        linear = linear and not any(self.t in expression.free_symbols for expression in constant)
        # A rate that jumps at some level has the same slope on both sides, and is not linear.
        linear = linear and not any(_branches(expression, moving) for expression in right)
        return Traced(
            states=tuple((name, self.wired.unit(name)) for name in self.state_names),
            parameters=self.parameters,
            covariates=tuple((name, item.unit) for name, item in self.wired.covariates.items()),
            outputs=tuple((name, self.wired.unit(name)) for name in outputs),
            accounts=tuple(name in self.wired.accounts for name in self.state_names),
            derivative=program_from_symbols(right),
            jacobian_places=places,
            jacobian=program_from_symbols([jacobian[place] for place in places]),
            linear=linear,
            time_dependent=any(self.t in expression.free_symbols for expression in right),
            constant=program_from_symbols(constant),
            initial=program_from_symbols(self._initial()),
            output=program_from_symbols(list(outputs.values())),
            tape=tape_from_symbols(right),
            initial_tape=tape_from_symbols(self._initial()),
            output_tape=tape_from_symbols(list(outputs.values())),
        )

    def _symbolic(self, name: str, part: AbstractPart) -> AbstractPart:
        """Return a copy of the part whose numbers are symbols; checks of numbers in ``__post_init__`` are not run."""
        copy = object.__new__(type(part))
        for key, value in vars(part).items():
            object.__setattr__(copy, key, self.parameter.get((name, key), value))
        return copy

    def _views(self, part: AbstractPart) -> tuple[dict[str, Any], dict[str, Any]]:
        state = {port.local: self.known[filled(part, port.name)] for port in part.states}
        given = {}
        for need in part.needs:
            name = filled(part, need.name)
            if name in self.known:
                given[need.local] = self.known[name] * _factor(self.wired.unit(name), need.unit)
        return state, given

    def _add_all_values(self, traced: Mapping[str, AbstractPart]) -> None:
        for name in dict.fromkeys(part_name for part_name, _ in self.wired.values.values()):
            self._add_values(name, traced[name])

    def _add_values(self, name: str, part: AbstractPart) -> None:
        import sympy

        values = part.values(self.t, *self._views(part))
        _same_names(name, "values", {port.local for port in part.gives}, set(values))
        for port in part.gives:
            full, expression = filled(part, port.name), sympy.sympify(values[port.local])
            self.known[full] = sympy.Symbol(full, real=True) if self.named else expression
            # with the other values substituted it is long: printing it took most of the time, for nobody to read
            if self.named:
                self.read.append((full, str(expression)))

    def _rates(self, traced: Mapping[str, AbstractPart]) -> list[Any]:
        import sympy

        total = {name: sympy.Integer(0) for name in self.state_names}
        for name, part in traced.items():
            rates = part.rates(self.t, *self._views(part))
            flows = {flow.local: flow for flow in part.flows}
            own = {port.local: port for port in part.states}
            moved = {filled(part, end) for flow in part.flows for end in (flow.source, flow.target)}
            direct = {local for local, port in own.items() if filled(part, port.name) not in moved}
            _same_names(name, "rates", set(flows), set(rates) - direct)
            for local, expression in rates.items():
                if local in flows:
                    self._add_flow(total, part, flows[local], expression)
                else:
                    total[filled(part, own[local].name)] += expression
        return [total[name] for name in self.state_names]

    def _add_flow(self, total: dict[str, Any], part: AbstractPart, flow: Any, expression: Any) -> None:
        source, target = filled(part, flow.source), filled(part, flow.target)
        inside = target if source == OUTSIDE else source
        account = account_name(self.wired.unit(inside))
        for end, sign in ((source, -1), (target, 1)):
            name = account if end == OUTSIDE else end
            if name in total:
                total[name] += sign * _factor(flow.unit, f"({self.wired.unit(name)}) / h") * expression

    def _initial(self) -> list[Any]:
        starts: list[Any] = []
        for name in self.state_names:
            part_name, port = self.wired.states.get(name, ("", None))
            if port is None or port.initial is None:
                starts.append(0)
            elif (part_name, port.initial) in self.parameter:
                starts.append(self.parameter[part_name, port.initial] * self._start_factor(name, part_name, port))
            else:
                known = [field for owner, field in self.parameter if owner == part_name]
                raise WiringError(unknown_name("parameter", port.initial, known, where=f"state '{name}'").message)
        return starts

    def _start_factor(self, name: str, part_name: str, port: State) -> Any:
        """Return what turns a starting value in its parameter's unit into the unit of its state."""
        unit = dict(self.parameters)[f"{part_name}.{port.initial}"]
        try:
            return _factor(unit, port.unit)
        except UnitError as error:
            raise WiringError(
                f"'{name}' is held in {port.unit} but starts at '{part_name}.{port.initial}' in {unit}. {error.message}"
            ) from error

    def _check_properties(self, outputs: Mapping[str, Any]) -> None:
        for name, expression in outputs.items():
            state, _, kind = name.rpartition(".")
            if kind not in DOSE_PROPERTIES:
                continue
            if state not in self.wired.states:
                error = unknown_name("state", state, self.wired.states, where=f"value '{name}'")
                raise WiringError(f"{error.message} A value of this name says how doses enter a state.")
            if expression.free_symbols & {*self.x, self.t}:
                raise WiringError(
                    f"'{name}' depends on the states or on time; how a dose arrives may depend only on "
                    "parameters and covariates."
                )
            wanted = dose_property_unit(kind, self.wired.unit(state))
            if not same_dimension(self.wired.unit(name), wanted):
                raise WiringError(f"'{name}' is given in {self.wired.unit(name)}; it must be in {wanted}.")

    @staticmethod
    def _plain(expression: Any) -> Any:
        """Return a derivative with what cancels cancelled, so that a linear system is seen to be linear."""
        import sympy

        return sympy.cancel(expression) if expression.is_rational_function() else expression


def _branches(expression: Any, moving: set[Any]) -> bool:
    """Return whether an expression chooses between cases by something that moves."""
    from sympy.core.relational import Relational

    return any(relation.free_symbols & moving for relation in expression.atoms(Relational))


def _factor(from_unit: str, to_unit: str) -> Any:
    """Return a conversion factor, as a ratio of whole numbers where it is one but for rounding."""
    import sympy

    factor = convert(1.0, from_unit, to_unit)
    if factor < 1:
        near = 1 / Fraction(1 / factor).limit_denominator(10**6)
    else:
        near = Fraction(factor).limit_denominator(10**6)
    exact = abs(float(near) / factor - 1) < 1e-15
    return sympy.Rational(near.numerator, near.denominator) if exact else sympy.Float(factor, 17)


def _same_names(part_name: str, what: str, declared: set[str], returned: set[str]) -> None:
    if declared != returned:
        missing = ", ".join(sorted(declared - returned)) or "none"
        extra = ", ".join(sorted(returned - declared)) or "none"
        raise WiringError(f"Part '{part_name}' {what}: missing {missing}; not declared: {extra}.")
