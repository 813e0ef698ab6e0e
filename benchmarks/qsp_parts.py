"""Parts of the 25-state benchmark model. Invented: they test the shape and the cost of a whole model, no pharmacology.

Ten small parts on one clock: absorption, two compartments, brain, a synthesis chain of six steroids, two receptor pools
with internalisation and synthesis, the stress axis, chloride, an effect, its tolerance, and mood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.engine.maths import cos, power

Given = Mapping[str, Any]
Expressions = dict[str, Any]
TURN = 6.283185307179586
"""Radians of a full turn."""


@final
@dataclass(frozen=True, kw_only=True)
class Absorption(AbstractPart):
    """Depot: absorbed at ka depot."""

    ka: float = parameter("1/h", "absorption")

    states = (State("depot", "depot", "nmol"),)
    flows = (Flow("absorbed", "nmol/h", "depot", "central"),)

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return what is absorbed."""
        return {"absorbed": self.ka * state["depot"]}


@final
@dataclass(frozen=True, kw_only=True)
class Disposition(AbstractPart):
    """Two compartments; the synthesis chain adds to plasma."""

    clearance: float = parameter("L/h", "elimination")
    exchange: float = parameter("L/h", "between the compartments")
    central_volume: float = parameter("L", "central")
    peripheral_volume: float = parameter("L", "peripheral")
    start: float = parameter("nmol", "central amount at the start")
    peripheral_start: float = parameter("nmol", "peripheral amount at the start")
    release: float = parameter("L/h", "release of made steroid to plasma")

    states = (
        State("central", "central", "nmol", "start"),
        State("peripheral", "peripheral", "nmol", "peripheral_start"),
    )
    needs = (Need("made", "chain.s5", "nmol/L"),)
    gives = (Value("plasma", "plasma", "nmol/L"),)
    flows = (
        Flow("eliminated", "nmol/h", "central", OUTSIDE),
        Flow("there", "nmol/h", "central", "peripheral"),
        Flow("back", "nmol/h", "peripheral", "central"),
        Flow("released", "nmol/h", OUTSIDE, "central"),
    )

    def values(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return the concentration in plasma."""
        return {"plasma": state["central"] / self.central_volume}

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return the four flows."""
        return {
            "eliminated": self.clearance / self.central_volume * state["central"],
            "there": self.exchange / self.central_volume * state["central"],
            "back": self.exchange / self.peripheral_volume * state["peripheral"],
            "released": self.release * given["made"],
        }


@final
@dataclass(frozen=True, kw_only=True)
class Brain(AbstractPart):
    """Brain concentration, drawn towards a multiple of plasma's."""

    speed: float = parameter("1/h", "equilibration")
    ratio: float = parameter("1", "brain to plasma at equilibrium")
    start: float = parameter("nmol/L", "at the start")

    states = (State("brain", "brain", "nmol/L", "start"),)
    needs = (Need("plasma", "plasma", "nmol/L"),)

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d brain / dt."""
        return {"brain": self.speed * (self.ratio * given["plasma"] - state["brain"])}


@final
@dataclass(frozen=True, kw_only=True)
class Chain(AbstractPart):
    """Six steroids made of each other by saturable steps; one is inhibited by the next steroid, one by its product.

    The fourth step can run back; ACTH drives the supply of the first.
    """

    supply: float = parameter("nmol/L/h", "supply of the first steroid at full drive")
    resting: float = parameter("1", "drive without ACTH")
    half_drive: float = parameter("nmol/L", "ACTH of half the drive above rest")
    v1: float = parameter("nmol/L/h", "most of step 1")
    v2: float = parameter("nmol/L/h", "most of step 2")
    v3: float = parameter("nmol/L/h", "most of step 3")
    v4: float = parameter("nmol/L/h", "most of step 4")
    v4_back: float = parameter("nmol/L/h", "most of step 4 backwards")
    v5: float = parameter("nmol/L/h", "most of step 5")
    k1: float = parameter("nmol/L", "half-saturation of step 1")
    k2: float = parameter("nmol/L", "half-saturation of step 2")
    k3: float = parameter("nmol/L", "half-saturation of step 3")
    k4: float = parameter("nmol/L", "half-saturation of step 4")
    k4_back: float = parameter("nmol/L", "half-saturation of step 4 backwards")
    k5: float = parameter("nmol/L", "half-saturation of step 5")
    rivalry: float = parameter("1", "weight of the fourth steroid at step 3")
    inhibition: float = parameter("nmol/L", "product that doubles the half-saturation of step 4")
    loss2: float = parameter("1/h", "loss of the second")
    loss3: float = parameter("1/h", "loss of the third")
    loss4: float = parameter("1/h", "loss of the fourth")
    loss5: float = parameter("1/h", "loss of the fifth")
    loss6: float = parameter("1/h", "loss of the sixth")
    uptake: float = parameter("1/h", "of the fifth from plasma")
    y1: float = parameter("nmol/L", "first at the start")
    y2: float = parameter("nmol/L", "second at the start")
    y3: float = parameter("nmol/L", "third at the start")
    y4: float = parameter("nmol/L", "fourth at the start")
    y5: float = parameter("nmol/L", "fifth at the start")
    y6: float = parameter("nmol/L", "sixth at the start")

    states = tuple(State(f"s{number}", f"chain.s{number}", "nmol/L", f"y{number}") for number in range(1, 7))
    needs = (Need("plasma", "plasma", "nmol/L"), Need("acth", "acth", "nmol/L"))

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d/dt of the six."""
        s1, s2, s3, s4, s5, s6 = (state[f"s{number}"] for number in range(1, 7))
        acth = given["acth"]
        first = self.v1 * s1 / (self.k1 + s1)
        second = self.v2 * s2 / (self.k2 + s2)
        third = self.v3 * s3 / (self.k3 + s3 + self.rivalry * s4)
        fourth = self.v4 * s4 / (self.k4 * (1 + s5 / self.inhibition) + s4)
        back = self.v4_back * s5 / (self.k4_back + s5)
        fifth = self.v5 * s5 / (self.k5 + s5)
        return {
            "s1": self.supply * (self.resting + acth / (self.half_drive + acth)) - first,
            "s2": first - second - self.loss2 * s2,
            "s3": second - third - self.loss3 * s3,
            "s4": third - fourth + back - self.loss4 * s4,
            "s5": fourth - back - fifth - self.loss5 * s5 + self.uptake * given["plasma"],
            "s6": fifth - self.loss6 * s6,
        }


@final
@dataclass(frozen=True, kw_only=True)
class Receptors(AbstractPart):
    """One pool of receptors: bound at the surface, bound inside, and the pool's size, which binding lowers."""

    affinity: float = parameter("nmol/L", "dissociation constant")
    off: float = parameter("1/h", "unbinding")
    inward: float = parameter("1/h", "internalisation of bound receptors")
    outward: float = parameter("1/h", "return to the surface")
    turnover: float = parameter("1/h", "of the pool")
    down: float = parameter("1", "extra loss of the pool when all is bound")
    bound_start: float = parameter("1", "bound at the start")
    inside_start: float = parameter("1", "inside at the start")
    pool_start: float = parameter("1", "pool at the start")
    made_too: float = parameter("1", "potency of the fifth steroid relative to the brain's")
    pool: str = "delta"

    states = (
        State("bound", "{pool}.bound", "1", "bound_start"),
        State("inside", "{pool}.inside", "1", "inside_start"),
        State("size", "{pool}.size", "1", "pool_start"),
    )
    needs = (Need("brain", "brain", "nmol/L"), Need("made", "chain.s5", "nmol/L"))
    gives = (Value("active", "{pool}.active", "1"),)

    def values(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return bound receptors times the size of the pool."""
        return {"active": state["bound"] * state["size"]}

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d/dt of the three."""
        bound, inside = state["bound"], state["inside"]
        ligand = given["brain"] + self.made_too * given["made"]
        taken_in = self.inward * bound
        return {
            "bound": self.off * (ligand / self.affinity * (1 - bound - inside) - bound) - taken_in,
            "inside": taken_in - self.outward * inside,
            "size": self.turnover * (1 - state["size"] * (1 + self.down * bound)),
        }


@final
@dataclass(frozen=True, kw_only=True)
class Enhancement(AbstractPart):
    """The two pools as one effect on inhibition."""

    weight_delta: float = parameter("1", "weight of the delta pool")
    weight_gamma: float = parameter("1", "weight of the gamma pool")

    needs = (Need("delta", "delta.active", "1"), Need("gamma", "gamma.active", "1"))
    gives = (Value("enhancement", "enhancement", "1"),)

    def values(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return the weighted sum."""
        return {"enhancement": self.weight_delta * given["delta"] + self.weight_gamma * given["gamma"]}


@final
@dataclass(frozen=True, kw_only=True)
class StressAxis(AbstractPart):
    """CRH with a daily rhythm, ACTH, cortisol and its receptor, which closes the loop."""

    drive: float = parameter("nmol/L/h", "of CRH")
    rhythm: float = parameter("1", "relative amplitude of the day")
    peak: float = parameter("h", "clock time of the peak")
    period: float = parameter("h", "of the rhythm")
    restraint: float = parameter("1", "of CRH by inhibition")
    crh_loss: float = parameter("1/h", "loss of CRH")
    acth_made: float = parameter("1/h", "ACTH made for CRH")
    acth_loss: float = parameter("1/h", "loss of ACTH")
    feedback: float = parameter("L/nmol", "of cortisol on ACTH")
    cortisol_made: float = parameter("1/h", "cortisol made for ACTH")
    cortisol_loss: float = parameter("1/h", "loss of cortisol")
    receptor_speed: float = parameter("1/h", "of the receptor")
    receptor_most: float = parameter("1", "receptor at saturation")
    half_cortisol: float = parameter("nmol/L", "cortisol of half the receptor")
    crh_start: float = parameter("nmol/L", "CRH at the start")
    acth_start: float = parameter("nmol/L", "ACTH at the start")
    cortisol_start: float = parameter("nmol/L", "cortisol at the start")
    receptor_start: float = parameter("1", "receptor at the start")

    states = (
        State("crh", "crh", "nmol/L", "crh_start"),
        State("acth", "acth", "nmol/L", "acth_start"),
        State("cortisol", "cortisol", "nmol/L", "cortisol_start"),
        State("receptor", "cortisol.receptor", "1", "receptor_start"),
    )
    needs = (Need("enhancement", "enhancement", "1"),)

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d/dt of the four."""
        cortisol, receptor = state["cortisol"], state["receptor"]
        day = 1 + self.rhythm * cos(TURN / self.period * (t - self.peak))
        held = (1 + receptor**3) * (1 + self.restraint * given["enhancement"])
        occupied = cortisol**2 / (self.half_cortisol**2 + cortisol**2)
        return {
            "crh": self.drive * day / held - self.crh_loss * state["crh"],
            "acth": self.acth_made * state["crh"] / (1 + self.feedback * cortisol) - self.acth_loss * state["acth"],
            "cortisol": self.cortisol_made * state["acth"] - self.cortisol_loss * cortisol,
            "receptor": self.receptor_speed * (self.receptor_most * occupied - receptor),
        }


@final
@dataclass(frozen=True, kw_only=True)
class Chloride(AbstractPart):
    """Tonic conductance, and the chloride gradient that it runs down."""

    speed: float = parameter("1/h", "of the conductance")
    pump: float = parameter("1/h", "restoring the gradient")
    leak: float = parameter("1/h", "running it down at a conductance of 1")
    conductance_start: float = parameter("1", "conductance at the start")
    gradient_start: float = parameter("1", "gradient at the start")

    states = (
        State("conductance", "conductance", "1", "conductance_start"),
        State("gradient", "gradient", "1", "gradient_start"),
    )
    needs = (Need("enhancement", "enhancement", "1"),)

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d/dt of the two."""
        conductance, gradient = state["conductance"], state["gradient"]
        return {
            "conductance": self.speed * (given["enhancement"] * gradient - conductance),
            "gradient": self.pump * (1 - gradient) - self.leak * conductance * gradient,
        }


@final
@dataclass(frozen=True, kw_only=True)
class Mood(AbstractPart):
    """A sigmoid effect of the conductance, tolerance to it, and a mood score that both and cortisol move."""

    speed: float = parameter("1/h", "of the effect")
    half: float = parameter("1", "conductance of half the effect")
    hill: float = parameter("1", "steepness")
    damping: float = parameter("1", "of the effect by tolerance")
    tolerance_speed: float = parameter("1/h", "of tolerance")
    score_speed: float = parameter("1/h", "of the score")
    worst: float = parameter("1", "score without effect")
    most: float = parameter("1", "share of the score that full effect takes away")
    stress: float = parameter("L/nmol", "score for cortisol")
    effect_start: float = parameter("1", "effect at the start")
    tolerance_start: float = parameter("1", "tolerance at the start")
    score_start: float = parameter("1", "score at the start")

    states = (
        State("effect", "effect", "1", "effect_start"),
        State("score", "score", "1", "score_start"),
        State("tolerance", "tolerance", "1", "tolerance_start"),
    )
    needs = (Need("conductance", "conductance", "1"), Need("cortisol", "cortisol", "nmol/L"))

    def rates(self, t: Any, state: Given, given: Given) -> Expressions:
        """Return d/dt of the three."""
        effect, tolerance = state["effect"], state["tolerance"]
        raised = power(given["conductance"], self.hill)
        reached = raised / (power(self.half, self.hill) + raised) / (1 + self.damping * tolerance)
        wanted = self.worst * (1 - self.most * effect) + self.stress * given["cortisol"]
        return {
            "effect": self.speed * (reached - effect),
            "score": self.score_speed * (wanted - state["score"]),
            "tolerance": self.tolerance_speed * (given["conductance"] - tolerance),
        }
