"""What a state or a drug brings to the model of one person, and how it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import AbstractPart, Record
from neurosteroid.evidence import Ledger
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.person import Person
from neurosteroid.model.states import AbstractState, Sex
from neurosteroid.model.variability import Distribution

Array = NDArray[np.float64]
Kind = TypeVar("Kind", bound=AbstractState)

SETTLED: Final = 15.0
"""Time constants of run-in, after which what is left of the start is below 1e-5 also behind three stages."""


OwnRunIn: TypeAlias = Callable[[Array, Mapping[str, Array], float], Array]
"""From weights (P,), kg, every parameter of the model (P,) and the h that others need at least to run-ins (P,), h."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Contribution:
    """What one state or drug brings: parts, and all that goes with them.

    Attributes:
        parts: name to part; names are unique in a person's model, so begin them with the room's word.
        changes: part of another body to field to number that this one sets in it, such as the share of a clearance that
            a part no longer takes because parts of this body do.
        instead: part of another body to the part that takes its place, before any changes; one body at most for each.
        records: what happens by itself at an hour, such as a delivery; their covariates hold from then on.
        covariates: starting value of each covariate that the parts need and no part gives, in the unit of the need.
        outputs: values and states that a course shows, in order.
        effects: distributions of parameters that differ between people, in the order they are drawn.
        later_effects: those drawn after the effects of all bodies, so that the draws of the others stay what they are
            without them.
        run_in: h before hour 0 at which the integration must begin at the latest.
        anchored: whether the initial values of its parts stand exactly at ``-run_in``. It is then asked again, with
            `Situation.run_in` raised, when another part of the person needs a longer run-in, and must answer with a
            run-in of at least that length. Parts that are not anchored may begin at any earlier hour.
        own_run_in: the run-in of each of several people who differ in parameters, for those whose phase is their own;
            `run_in` is the typical person's.
        corners: hours at which a course has corners beside the records and doses, such as the start of a stressor.
        limits: what this must not be used for, as sentences.
        dose_states: compound to route to the state that its doses enter.
    """

    parts: Mapping[str, AbstractPart] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    instead: Mapping[str, AbstractPart] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    covariates: Mapping[str, float] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    effects: tuple[Distribution, ...] = ()
    later_effects: tuple[Distribution, ...] = ()
    run_in: float = 0.0
    anchored: bool = False
    own_run_in: OwnRunIn | None = None
    corners: tuple[float, ...] = ()
    limits: tuple[str, ...] = ()
    dose_states: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Situation:
    """Everything about a person and a run that a contribution may depend on.

    Attributes:
        person: with all states.
        compounds: what is given by protocols, each once.
        clock: time of day at hour 0, h; parts that follow the day take it as their `clock_at_start`.
        until: end of the course, h.
        run_in: h before hour 0 at which the integration begins, as far as is known; see `Contribution.anchored`.
        choice: variants of the cards.
        probing: whether a body itself looks at this person to find out when its own states settle; the run-in is
            then not used, and a body must not look again.
    """

    person: Person
    compounds: tuple[str, ...] = ()
    clock: float
    until: float
    run_in: float = 0.0
    choice: ModelChoice = field(default_factory=ModelChoice)
    probing: bool = False

    def state(self, kind: type[Kind]) -> Kind | None:
        """Return the person's state of a kind, or None; of several medications the first."""
        return next(iter(self.person.all_of(kind)), None)


Asked: TypeAlias = AbstractState | str | None
"""What a contribution is asked for: a state, the name of a compound, or None for what another body requires."""

Contribute: TypeAlias = Callable[[Asked, Ledger, Situation], Contribution]


@final
@dataclass(frozen=True, kw_only=True)
class Body:
    """How one module of `neurosteroid.model.bodies` joins: what it answers for, and with what.

    Each module holds one, called ``BODY``. `contribute` is called once for each state and each compound that it
    answers for, or once with None when another body requires it and nothing asked for it directly.

    Attributes:
        contribute: takes what is asked for, the ledger that records each number taken, and the situation.
        states: the kinds of state it answers for.
        compounds: compound cards whose doses it takes.
        medications: names of medicines that it answers for as states `Medication`.
        sex: of the people for whom it is asked in any case, with None; no sex when None.
        requires: names of the modules without which its parts lack something.
    """

    contribute: Contribute
    states: tuple[type[AbstractState], ...] = ()
    compounds: tuple[str, ...] = ()
    medications: tuple[str, ...] = ()
    sex: Sex | None = None
    requires: tuple[str, ...] = ()
