"""A protocol: the steps that are given, checked together, with their sum, their ladder and their engine records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing.rules import RuleBook
from neurosteroid.dosing.steps import InfusionStep, Route, Step
from neurosteroid.errors import EventError

if TYPE_CHECKING:
    from neurosteroid.dosing.pump import Dilution
    from neurosteroid.engine.records import Record
    from neurosteroid.evidence import Ledger

Weight = float | NDArray[np.float64]
"""Body weight in kg: one number, or one per person (P,)."""

_WITH_RULES = re.compile(r"\s+with\s+rules?\s*:", re.IGNORECASE)
_SAME_TIME = 1e-9  # h; sums of decimal hours differ from each other by rounding only


class Ladder(NamedTuple):
    """The infusion as a staircase for drawing: `rates[i]` holds from `times_h[i]` until `times_h[i + 1]`."""

    times_h: NDArray[np.float64]
    rates: NDArray[np.float64]
    unit: str


class Dose(NamedTuple):
    """One single dose for drawing: time, amount in the unit of its step, route."""

    time_h: float
    amount: float
    unit: str
    route: Route


@final
@dataclass(frozen=True)
class Protocol:
    """What is given to a person: steps on one time axis that begins at 0 h.

    Args:
        name: short name for tables and figures.
        title: for people.
        compound: name of the compound card that is dosed.
        steps: in any order; kept sorted by start.
        ledger: the sourced numbers it was made from, when it came from a card.
        dilution: how the drug is put into bags, when its card says so.
        rules: what changes it as it is given.

    Raises:
        EventError: infusions overlap, some scale with body weight and others do not, or some are mass and others
            amount of substance.
    """

    name: str
    title: str
    compound: str
    steps: tuple[Step, ...]
    ledger: Ledger | None = field(default=None, compare=False, repr=False)
    dilution: Dilution | None = field(default=None, compare=False, repr=False)
    rules: RuleBook = field(default_factory=RuleBook)

    def __post_init__(self) -> None:
        _check_infusions(tuple(self.steps))
        object.__setattr__(self, "steps", tuple(sorted(self.steps, key=lambda step: step.start_h)))

    @staticmethod
    def parse(
        sentence: str, compound: str = "allopregnanolone", name: str | None = None, *, where: str | None = None
    ) -> Protocol:
        """Read a protocol from a sentence; `neurosteroid.dosing.sentence` holds the grammar.

        Args:
            sentence: such as ``"30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h"`` or ``"50 mg orally every 24 h x 14"``;
                rules follow after ``with rules:``, see `neurosteroid.dosing.rule_sentence`.
            compound: name of the compound card.
            name: the sentence itself when left out.
            where: the place of the sentence in the user's input, for messages.

        Raises:
            InputError: the sentence cannot be read (names the character), or a step is impossible.
        """
        from neurosteroid.dosing.rule_sentence import parse_rules
        from neurosteroid.dosing.sentence import parse_sentence

        given, *said = _WITH_RULES.split(sentence, maxsplit=1) if isinstance(sentence, str) else [sentence]
        steps = parse_sentence(given, where=where)
        rules = parse_rules(said[0], where=f"{where or 'protocol'}, rules") if said else RuleBook()
        title = " ".join(sentence.split())
        try:
            return Protocol(name=name or title, title=title, compound=compound, steps=steps, rules=rules)
        except EventError as error:
            raise EventError(error.message, where=" ".join(filter(None, [where, error.where]))) from None

    @staticmethod
    def from_steps(
        steps: Iterable[Mapping[str, Any]],
        compound: str = "allopregnanolone",
        name: str = "protocol",
        *,
        where: str | None = None,
    ) -> Protocol:
        """Build a protocol from tables as they stand in TOML or JSON.

        Args:
            steps: each a table with ``rate`` and ``for`` or ``until``, or with ``amount`` and ``route``; optional
                ``start`` (else after the step before), ``every`` and ``times``, and ``weight_scaled`` as a check.
            compound: name of the compound card.
            name: for tables and figures.
            where: the place of the tables in the user's input, such as ``"protocol[1]"``.

        Raises:
            InputError: names the step and key, what was found and what is allowed.
        """
        from neurosteroid.dosing.step_tables import read_steps

        place = where or name
        read = read_steps(steps, where=place)
        try:
            return Protocol(name=name, title=name, compound=compound, steps=read)
        except EventError as error:
            raise EventError(error.message, where=f"{place}.{error.where}" if error.where else place) from None

    def sentence(self) -> str:
        """Return the sentence that `parse` reads back into the same steps and rules."""
        from neurosteroid.dosing.sentence import write_sentence

        said = self.rules.sentence()
        return write_sentence(self.steps) + (f" with rules: {said}" if said else "")

    def with_rule(self, text: str, name: str | None = None) -> Protocol:
        """Return this protocol with more rules.

        Args:
            text: such as ``"hold when sedation >= moderate"``; `neurosteroid.dosing.rule_sentence` holds the grammar.
            name: for tables and figures; by default this one's with the rules.

        Raises:
            InputError: the rules cannot be read.
        """
        from neurosteroid.dosing.rule_sentence import parse_rules

        rules = self.rules.joined(parse_rules(text, where="rule"))
        more = " ".join(text.split())
        return replace(self, name=name or f"{self.name}, {more}", title=f"{self.title}, {more}", rules=rules)

    @property
    def end_h(self) -> float:
        """End of the last infusion or time of the last dose, h; 0 without steps."""
        return max((step.end_h for step in self.steps), default=0.0)

    @property
    def weight_scaled(self) -> bool:
        """Whether any step is multiplied by body weight."""
        return any(step.weight_scaled for step in self.steps)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes used, each once."""
        return tuple(dict.fromkeys(step.route for step in self.steps))

    def records(
        self,
        weight_kg: Weight | None,
        molar_mass: float,
        state: str | Mapping[str, str],
        activity: float | None = None,
    ) -> list[Record]:
        """Return the engine's records: amounts in nmol, infusions with fixed durations in h; see `step_records`.

        Args:
            weight_kg: one number, or one per person (P,); None when nothing scales with weight.
            molar_mass: of the compound, g/mol.
            state: name of the dosed state, or one per route: ``{"intravenous": ..., "oral": ...}``.
            activity: IU in a mass of the compound, IU/ug, for doses in IU.

        Raises:
            EventError: the weight is missing or impossible, a route has no state, or the protocol has rules.
        """
        if self.rules:
            raise EventError(
                "records say what is given whatever happens, and this protocol has rules. Take `simulate`, or"
                " `neurosteroid.engine.rules.follow` with `compile_rules`.",
                where=self.name,
            )
        from neurosteroid.dosing.records import protocol_records

        return protocol_records(self, weight_kg, molar_mass, state, activity)

    def total_dose(self, weight_kg: Weight | None = None, unit: str = "mg", molar_mass: float | None = None) -> Weight:
        """Return everything given, in `unit`; one number, or one per person (P,) when weights are.

        Raises:
            EventError: the weight is missing or impossible.
            UnitError: mass and amount of substance meet without a molar mass.
        """
        from neurosteroid.dosing.records import step_amount

        given = [step_amount(step, weight_kg, unit, molar_mass, self.name) * step.count for step in self.steps]
        return sum(given[1:], start=given[0]) if given else 0.0

    def ladder(self) -> Ladder:
        """Return the infusion rates as a staircase; gaps are 0, the last rate is 0, single doses are in `doses`.

        All rates are in the unit of the first infusion. Without infusions it is one point at 0 h and the unit is "1".
        """
        infusions = [step for step in self.steps if isinstance(step, InfusionStep)]
        if not infusions:
            return Ladder(np.zeros(1), np.zeros(1), "1")
        unit = infusions[0].unit
        # parts of one protocol scale with weight alike, so the factor is that of the units without the weight
        whole = units.split_weight_scaled(unit)[0]
        pieces = sorted(
            (begin, end, units.convert(step.rate, units.split_weight_scaled(step.unit)[0], whole))
            for step in infusions
            for begin, end in step.spans()
        )
        corners = [(0.0, 0.0)]
        for begin, end, rate in pieces:
            corners[-1 if begin - corners[-1][0] <= _SAME_TIME else len(corners) :] = [(begin, rate)]
            corners.append((end, 0.0))
        times, rates = zip(*corners, strict=True)
        return Ladder(np.array(times, dtype=float), np.array(rates, dtype=float), unit)

    def doses(self) -> list[Dose]:
        """Return the single doses (boluses and oral), in order of time."""
        found = [
            Dose(step.start_h + number * step.interval_h, step.amount, step.unit, step.route)
            for step in self.steps
            if not isinstance(step, InfusionStep)
            for number in range(step.count)
        ]
        return sorted(found, key=lambda dose: dose.time_h)


def _check_infusions(steps: tuple[Step, ...]) -> None:
    infusions = [(place, step) for place, step in enumerate(steps) if isinstance(step, InfusionStep)]
    for place, step in infusions[1:]:
        first_place, first = infusions[0]
        if step.weight_scaled != first.weight_scaled:
            wrong, plain, scaled = (place, step, first) if first.weight_scaled else (first_place, first, step)
            raise EventError(
                f"'{plain.rate:g} {plain.unit}' is mass per time, but another infusion of this protocol scales with"
                f" body weight ('{scaled.rate:g} {scaled.unit}'). Write all rates one way, e.g. '30 ug/kg/h'.",
                where=f"steps[{wrong}].rate",
            )
        if not units.same_dimension(*(units.split_weight_scaled(each.unit)[0] for each in (first, step))):
            raise EventError(
                f"'{first.unit}' and '{step.unit}' stand in one protocol; give all infusions as mass or all as amount"
                " of substance.",
                where=f"steps[{place}].rate",
            )
    spans = sorted((begin, end, place) for place, step in infusions for begin, end in step.spans())
    for (begin, end, place), (other_begin, other_end, other) in pairwise(spans):
        if other_begin < end - _SAME_TIME:
            raise EventError(
                f"the infusion from {other_begin:g} to {other_end:g} h overlaps steps[{place}], from {begin:g} to"
                f" {end:g} h. One pump gives one rate at a time: let one end before the other starts, or add them up.",
                where=f"steps[{other}]",
            )
