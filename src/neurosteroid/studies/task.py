"""The task: all that is needed to follow any of the women of a study, anywhere."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import __version__, units
from neurosteroid.dosing import Arm, Protocol
from neurosteroid.dosing.carrier import drugs
from neurosteroid.evidence import Ledger, Library, library
from neurosteroid.model import (
    SHOWN,
    Assembly,
    ModelChoice,
    Person,
    assemble,
    check_times,
    compile_rules,
    dose_times,
    events_of,
    output_times,
    treatment_limits,
    with_times,
)
from neurosteroid.model.absorption import absorption_times
from neurosteroid.model.advice import advised
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import outcome_limits
from neurosteroid.model.calibration import ONLY_DRUG, OUTCOMES, uncalibrated
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.neuron_bridge import follows_neurons, with_neurons
from neurosteroid.model.ruled_bodies import decided_by_outcomes, dosed
from neurosteroid.model.shown_units import shown_factor, shown_unit
from neurosteroid.model.states import AbstractState, Sex
from neurosteroid.studies.asked import Asked, checked_outputs, read_asked
from neurosteroid.studies.assay_reading import Reading, oral_words, read_assay
from neurosteroid.studies.config import AssayChoice, MeasureChoice
from neurosteroid.studies.dosing_intervals import Repeated, repeated
from neurosteroid.studies.left_out import why_no_outcomes
from neurosteroid.studies.metrics import PLASMA_UNIT, Analyte, Measures, Scale, Window
from neurosteroid.studies.people import Population

Array = NDArray[np.float64]

BATCH: Final = 250
"""Women who are solved together; never changed by the number of workers, so that results are not either."""

EXACT: Final = 2000
"""Up to this many women quantiles are exact, from all values; for more they are read from bins."""

_WEIGHT: Final = "70 kg"
"""Of the woman in whom a state looks for its phase; the cards of hormones state their clearances at it."""

LOG: Final = 2
"""Which columns the log of rules has in finished parts; parts with others cannot be gone on from."""

HORMONES: Final = ("lh", "fsh", "progesterone", "estradiol", "allopregnanolone")
"""Own hormones whose highest and mean concentration are counted for women in states."""

CONTRASTED: Final = ("hamd17_change", "responder", "remission", "sedation_any", "sedation_moderate")
"""Metrics whose difference to the protocol without drug is shown."""


@final
@dataclass(frozen=True)
class Task:
    """What is to be done.

    Attributes:
        population: who.
        arms: what is given.
        model: variants of the cards.
        until, step: output times, as text with unit.
        window: concentration window, if any.
        start: time of day at hour 0.
        states: of all women.
        kept: outputs whose bands are kept; those that a course shows if None.
        asked: further measures.
        assay: on whose scale plasma is counted; true concentrations if None.
    """

    population: Population
    arms: tuple[Arm, ...]
    model: ModelChoice
    until: str
    step: str
    window: Window | None
    start: str = "08:00"
    states: tuple[AbstractState, ...] = ()
    kept: tuple[str, ...] | None = None
    asked: tuple[MeasureChoice, ...] = ()
    assay: AssayChoice | None = None

    @functools.cached_property
    def reading(self) -> Reading | None:
        """What the assay reads, if there is one."""
        return None if self.assay is None else read_assay(self.assay, self.known)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The protocols of all arms, arm by arm."""
        return tuple(item for arm in self.arms for item in arm.protocols)

    @property
    def joined(self) -> Joined | None:
        """The model of the women's own hormones, of another drug than brexanolone or of their neurons, else None.

        It shows what is computed in this study.
        """
        found = self._joined
        if found is None:
            return None
        own = set(found.system.output_names)
        return replace(found, outputs=tuple(name for name in self.computed if name in own))

    @property
    def _joined(self) -> Joined | None:
        compounds = tuple(dict.fromkeys(name for arm in self.arms for name in arm.compounds))
        men = self.population.sex is Sex.MALE
        if not self.states and not men and set(compounds) <= {ANALYTE} and not follows_neurons(self.model):
            return None
        compounds = with_neurons(compounds, self.model)
        return joined_for(self.states, compounds, self.start, self.until, self.model, library(), self.population.sex)

    @property
    def uncalibrated(self) -> tuple[str, ...]:
        """What keeps depression score and sedation from being fitted to these women under these protocols, in words."""
        woman = Person(weight=_WEIGHT, sex=self.population.sex, states=self.states)
        return tuple(dict.fromkeys(text for item in self.protocols for text in uncalibrated(woman, (item,))))

    @property
    def calibrated(self) -> bool:
        """Whether depression score and sedation are fitted to women such as these under all these protocols."""
        return not self.uncalibrated

    @property
    def outputs(self) -> tuple[str, ...]:
        """What is kept of each course."""
        return self._shown if self.kept is None else checked_outputs(self.kept, self.known)

    @property
    def _shown(self) -> tuple[str, ...]:
        """What a course shows."""
        joined = self._joined
        if joined is None:
            return SHOWN
        return (*joined.outputs, *(OUTCOMES if self.calibrated else ()))

    @property
    def known(self) -> Mapping[str, str]:
        """Unit of every output that can be kept or measured."""
        joined, own = self._joined, self.assembly.system
        if joined is None:
            return {name: own.units[name] for name in own.output_names}
        felt = {name: own.units[name] for name in OUTCOMES} if self.calibrated else {}
        return {name: joined.system.units[name] for name in joined.system.output_names} | felt

    @functools.cached_property
    def computed(self) -> tuple[str, ...]:
        """What is read of each course: what is kept, and what metrics need."""
        needed = [name for item in self.measures(self.assembly) for name in item.needs]
        read = () if self.reading is None else self.reading.needs
        return tuple(dict.fromkeys([*self.outputs, *needed, *read]))

    @property
    def units(self) -> Mapping[str, str]:
        """Unit of every output and parameter."""
        own = self.assembly.system.units
        return own if self._joined is None else {**own, **self._joined.system.units}

    @property
    def limits(self) -> tuple[str, ...]:
        """What the model of these women must not be used for."""
        read = () if self.reading is None else (self.reading.limit, *oral_words(self.reading, self.arms))
        if self._joined is None:
            return (*read, *self.assembly.limits)
        missing = why_no_outcomes(self.arms, self.states, self._joined.outputs, self.population.sex)
        outcomes = (*outcome_limits(self.model), ONLY_DRUG) if missing is None else (missing,)
        said = (*treatment_limits(self.arms), *advised(self.arms, self.states))
        return tuple(dict.fromkeys((*read, *self._joined.limits, *said, *outcomes)))

    @property
    def assembly(self) -> Assembly:
        """The model, with the random events that rules watch."""
        return assembly_for(self.model, library(), events_of(self.protocols))

    @property
    def batches(self) -> int:
        """Number of batches of women."""
        return -(-self.population.size // BATCH)

    @property
    def exact(self) -> bool:
        """Whether quantiles are taken from all values."""
        return self.population.size <= EXACT

    def women(self, batch: int) -> range:
        """Return the numbers of the women of a batch, from 0."""
        return range(batch * BATCH, min((batch + 1) * BATCH, self.population.size))

    @property
    def readout(self) -> float:
        """Hour at which outcomes are read: the end of the longest arm, at most the end of follow-up."""
        until = units.parse_span(self.until)
        return min(max(arm.end_h for arm in self.arms) or until, until)

    @functools.cached_property
    def times(self) -> Array:
        """Output times (K,), h.

        Even steps, the readout, where a dose starts or ends and is absorbed, the ends of dosing intervals, and the
        checks of rules.
        """
        last = units.parse_span(self.until)
        absorbed = absorption_times(self.protocols, last)
        intervals = [hour for arm in self.arms if (found := _repeated(arm, last)) for hour in found.hours]
        checks = [check_times(protocol, units.parse_span(self.until)) for protocol in self.protocols]
        own = [] if self._joined is None else [np.array(self._joined.hours)]
        spans = [hour for each in self._asked for hour in (each.begin, each.end)]
        corners = np.concatenate(
            [
                [self.readout, *spans, *intervals],
                absorbed,
                *(dose_times(protocol) for protocol in self.protocols),
                *checks,
                *own,
            ]
        )
        return with_times(output_times(self.until, self.step), corners)

    @property
    def reference(self) -> int | None:
        """Position of the first arm that gives nothing, if any."""
        return next((place for place, arm in enumerate(self.arms) if not arm.given), None)

    def measures(self, assembly: Assembly) -> tuple[Measures, ...]:
        """Return what is counted in each arm."""
        scale = Scale(assembly.response_share, assembly.remission_score)
        joined = self._joined
        last, outcomes = float(self.times[-1]), joined is None or self.calibrated
        own = [] if joined is None else [name for name in HORMONES if f"plasma.{name}" in joined.outputs]
        return tuple(
            Measures(
                exposure=self._by_mass(arm.compounds[0]) if _alone(arm) else None,
                scale=scale,
                end=self.readout,
                last=last,
                window=self.window,
                inside=self._inside(arm),
                outcomes=outcomes,
                followed=tuple(
                    self._in_unit_of_the_field(name) for name in dict.fromkeys([*own, *arm.compounds[_alone(arm) :]])
                ),
                asked=self._asked,
                made=_alone(arm) and arm.compounds[0] in own,
                repeated=_repeated(arm, last),
            )
            for arm in self.arms
        )

    @functools.cached_property
    def _asked(self) -> tuple[Asked, ...]:
        found = read_asked(self.asked, self.known, units.parse_span(self.until))
        if self.reading is None:
            return found
        read, by = self.reading.outputs, self.reading.assay
        return tuple(replace(each, label=f"{each.label}, by {by}") if each.output in read else each for each in found)

    def _inside(self, arm: Arm) -> Analyte | None:
        """Return what is looked for in a window: the compound of an arm that gives one, else allopregnanolone."""
        name = arm.compounds[0] if _alone(arm) else ANALYTE
        if f"plasma.{name}" not in self._shown or self.units[f"plasma.{name}"] != units.CONCENTRATION:
            return None
        return self._by_mass(name)

    def _by_mass(self, analyte: str) -> Analyte:
        """Return how an exposure is counted: by mass where it is computed in nmol/L, else as it is computed."""
        unit = self.units[f"plasma.{analyte}"]
        if unit != units.CONCENTRATION:
            return Analyte(analyte, unit, 1.0, self._read(analyte))
        return Analyte(analyte, PLASMA_UNIT, _mass_factor(analyte), self._read(analyte))

    def _read(self, analyte: str) -> str:
        """Return the assay that reads an analyte in plasma, empty where it is counted as it is."""
        return self.reading.assay if self.reading is not None and analyte in self.reading.analytes else ""

    def _in_unit_of_the_field(self, analyte: str) -> Analyte:
        name = f"plasma.{analyte}"
        unit = self.units[name]
        return Analyte(analyte, shown_unit(name, unit), shown_factor(name, unit), self._read(analyte))

    def fingerprint(self) -> str:
        """Return a hash of everything that decides the numbers: the task, the cards' values, the model's equations."""
        assembly = self.assembly
        ledger = study_ledger(self, assembly)
        content = {
            "version": __version__,
            "batch": BATCH,
            "exact": EXACT,
            "log": LOG,
            "population": [self.population.card, self.population.size, self.population.seed],
            **({"sex": "male"} if self.population.sex is Sex.MALE else {}),
            "arms": [
                [arm.name, *([item.compound, repr(item.steps), repr(item.rules)] for item in arm.protocols)]
                for arm in self.arms
            ],
            "model": self.model.model_dump(mode="json"),
            "time": [self.until, self.step, self.start, len(self.times)],
            "window": repr(self.window),
            **({"assay": repr(self.assay)} if self.assay is not None else {}),
            **({"states": repr(self.states)} if self.states else {}),
            **({"outputs": self.kept} if self.kept is not None else {}),
            **({"measures": [repr(each) for each in self.asked]} if self.asked else {}),
            "equations": [
                [repr(part) for part in (system.traced.states, system.traced.derivative, system.traced.output)]
                for system in (assembly.system, *([] if self._joined is None else [self._joined.system]))
            ],
            "numbers": [
                [item.card, item.variant, item.key, item.value, item.unit, str(item.spread)] for item in ledger.numbers
            ],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@functools.lru_cache(maxsize=4)
def joined_for(
    states: tuple[AbstractState, ...],
    compounds: tuple[str, ...],
    start: str,
    until: str,
    model: ModelChoice,
    shelf: Library,
    sex: Sex = Sex.FEMALE,
) -> Joined:
    """Return the model of people in states; it is kept as long as the library in use (`shelf`) is the same.

    Body weight acts through the parts; what a state looks for before hour 0, such as the phase of a cycle, is looked
    for in a woman of the weight that the cards state clearances at.
    """
    situation = Situation(
        person=Person(weight=_WEIGHT, sex=sex, states=states),
        compounds=compounds,
        clock=units.clock_hour(start),
        until=units.parse_span(until),
        choice=model,
    )
    return join(situation)


def _alone(arm: Arm) -> bool:
    """Return whether an arm is one drug, with or without its carrier, whose exposure is counted."""
    return arm.card is None and len(drugs(arm)) == 1


def _repeated(arm: Arm, until: float) -> Repeated | None:
    """Return the dosing intervals of an arm of one drug, where it has any."""
    return repeated(arm.first, until) if _alone(arm) else None


def _mass_factor(compound: str) -> float:
    """Return ng/mL in one nmol/L of a compound."""
    mass = library().molar_mass(compound)
    return float(units.convert(1.0, units.CONCENTRATION, PLASMA_UNIT, molar_mass=mass))


@functools.lru_cache(maxsize=4)
def assembly_for(model: ModelChoice, shelf: Library, events: tuple[str, ...] = ()) -> Assembly:
    """Return the model; it is kept for the next batch as long as the library in use (`shelf`) is the same."""
    return assemble(model, events=events)


def study_ledger(task: Task, assembly: Assembly) -> Ledger:
    """Return every number that takes part: of the model, the people and the protocols."""
    ledger = Ledger()
    ledger.merge(assembly.ledger)
    if task.joined is not None:
        ledger.merge(task.joined.ledger)
    if task.reading is not None:
        ledger.merge(task.reading.ledger)
    women = task.population.draw(assembly, ledger, [0])
    for item in task.protocols:
        if task.joined is None or decided_by_outcomes(item):
            compile_rules(assembly, item, women.weight, ledger)
        elif item.rules:
            compile_rules(dosed(task.joined, item), item, women.weight, ledger)
        if item.ledger is not None:
            ledger.merge(item.ledger)
    return ledger
