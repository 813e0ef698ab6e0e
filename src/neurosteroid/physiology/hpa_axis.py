"""The stress axis: its three hormones, their feedback, and the masses of the glands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter
from neurosteroid.engine.maths import exp


@final
@dataclass(frozen=True, kw_only=True)
class GlucocorticoidFeedback(AbstractPart):
    """Cortisol holds back hypothalamus and pituitary at two receptors.

        MR = 1 / F                                                       mineralocorticoid receptor, hypothalamus
        GR = (1 + (1 / K)^n) / (1 + ((F + S) / K)^n)                     glucocorticoid receptor, both

    F is cortisol, S a synthetic glucocorticoid that acts at GR alone, such as dexamethasone, both in multiples of
    cortisol at rest. MR is taken far above saturation, so its effect is inverse to cortisol; both are 1 at rest.

    Source:
        Milo et al., Molecular Systems Biology 2025;21:254-273, from the authors' code. There F is in units in which GR
        is 1 without cortisol, and cortisol settles at 0.985; dividing by it changes K and nothing else.
    """

    half_effect: float = parameter("1", "K, cortisol over that at rest at half of the effect of GR")
    steepness: float = parameter("1", "n, Hill exponent of GR")

    needs = (Need("cortisol", "hpa.cortisol", "1"), Need("synthetic", "stress.glucocorticoid", "1"))
    gives = (Value("mineralocorticoid", "hpa.mr", "1"), Value("glucocorticoid", "hpa.gr", "1"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both factors on secretion, 1 at rest."""
        bound = ((given["cortisol"] + given["synthetic"]) / self.half_effect) ** self.steepness
        rest = (1 / self.half_effect) ** self.steepness
        return {"mineralocorticoid": 1 / given["cortisol"], "glucocorticoid": (1 + rest) / (1 + bound)}


@final
@dataclass(frozen=True, kw_only=True)
class ReleasingHormone(AbstractPart):
    """Corticotropin-releasing hormone in portal blood, as a multiple of rest.

        d C / dt = (ln 2 / half_life) (drive MR GR - C),        at the pituitary: C + what is given

    Source:
        Milo et al., Molecular Systems Biology 2025;21:254-273, from the authors' code.
    """

    half_life: float = parameter("h", "half-life")

    states = (State("crh", "hpa.crh", "1", initial="at_start"),)
    needs = (
        Need("drive", "hpa.drive", "1"),
        Need("mineralocorticoid", "hpa.mr", "1"),
        Need("glucocorticoid", "hpa.gr", "1"),
        Need("injected", "hpa.crh_given", "1"),
    )
    gives = (Value("acting", "hpa.crh_at_pituitary", "1"),)
    at_start: float = parameter("1", "when integration starts", 1.0)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what acts on the pituitary."""
        return {"acting": state["crh"] + given["injected"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt per h."""
        secreted = given["drive"] * given["mineralocorticoid"] * given["glucocorticoid"]
        return {"crh": math.log(2.0) / self.half_life * (secreted - state["crh"])}


@final
@dataclass(frozen=True, kw_only=True)
class Corticotropin(AbstractPart):
    """Corticotropin (ACTH), as a multiple of rest, and in plasma.

        d A / dt = (ln 2 / half_life) (C pituitary GR - A),     at the adrenal: A + what is given
        plasma.acth = baseline A exp(eta_baseline)              pmol/L, what is given is not in it

    C is corticotropin-releasing hormone at the pituitary, `pituitary` the mass of its corticotrophs over that at rest.
    People differ in the level that goes with the same drive; the multiples of their own rest are alike.

    Source:
        Milo et al., Molecular Systems Biology 2025;21:254-273, from the authors' code.
    """

    half_life: float = parameter("h", "half-life")
    baseline: float = parameter("pmol/L", "mean over the day at rest")
    eta_baseline: float = parameter("1", "the person's own deviation of ln baseline", 0.0)
    at_start: float = parameter("1", "when integration starts", 1.0)

    states = (State("acth", "hpa.acth", "1", initial="at_start"),)
    needs = (
        Need("releasing", "hpa.crh_at_pituitary", "1"),
        Need("pituitary", "hpa.pituitary", "1"),
        Need("glucocorticoid", "hpa.gr", "1"),
        Need("injected", "stress.adrenal", "1"),
    )
    gives = (Value("acting", "hpa.acth_at_adrenal", "1"), Value("plasma", "plasma.acth", "pmol/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what acts on the adrenal, and the plasma concentration."""
        return {
            "acting": state["acth"] + given["injected"],
            "plasma": self.baseline * exp(self.eta_baseline) * state["acth"],
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt per h."""
        secreted = given["releasing"] * given["pituitary"] * given["glucocorticoid"]
        return {"acth": math.log(2.0) / self.half_life * (secreted - state["acth"])}


@final
@dataclass(frozen=True, kw_only=True)
class Cortisol(AbstractPart):
    """What the adrenal cortex makes, and cortisol, as a multiple of rest and in plasma.

        adrenal.drive  = A adrenal                                    what the sources of other adrenal steroids follow
        d F / dt       = (ln 2 / half_life) (s adrenal.drive - F)
        plasma.cortisol = baseline F exp(eta_baseline)                nmol/L, total

    In pregnancy the last line is ``hpa.total_at_rest``, at the globulin outside pregnancy; see
    `neurosteroid.physiology.hpa_pregnancy.CarriedCortisol`.

    A is corticotropin at the adrenal, `adrenal` the mass of its cortex over that at rest, and s
    ``activity.steroidogenesis``, that of the enzyme before progesterone in the adrenal, which cortisol needs, too: 1 in
    the published model.

    Source:
        Milo et al., Molecular Systems Biology 2025;21:254-273, from the authors' code. That progesterone,
        allopregnanolone and deoxycorticosterone from the adrenal follow the same product is an assumption.
    """

    half_life: float = parameter("h", "half-life")
    baseline: float = parameter("nmol/L", "mean over the day at rest, total")
    eta_baseline: float = parameter("1", "the person's own deviation of ln baseline", 0.0)
    at_start: float = parameter("1", "when integration starts", 1.0)
    total: str = "plasma.cortisol"

    states = (State("cortisol", "hpa.cortisol", "1", initial="at_start"),)
    needs = (
        Need("corticotropin", "hpa.acth_at_adrenal", "1"),
        Need("adrenal", "hpa.adrenal", "1"),
        Need("steroidogenesis", "activity.steroidogenesis", "1"),
    )
    gives = (Value("drive", "adrenal.drive", "1"), Value("plasma", "{total}", "nmol/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the adrenal's output as a multiple of rest, and the plasma concentration."""
        own = self.baseline * exp(self.eta_baseline)
        return {"drive": given["corticotropin"] * given["adrenal"], "plasma": own * state["cortisol"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt per h."""
        made = given["steroidogenesis"] * given["corticotropin"] * given["adrenal"]
        return {"cortisol": math.log(2.0) / self.half_life * (made - state["cortisol"])}


@final
@dataclass(frozen=True, kw_only=True)
class GlandMass(AbstractPart):
    """The cells of a gland grow and shrink over weeks with the hormone that stimulates them.

        d M / dt = (ln 2 / half_life) M (stimulus - 1)

    M is over the mass at rest, the stimulus over that at rest. In balance the stimulus is 1 again: after months of
    stress corticotropin is back where it was and a larger adrenal makes more cortisol.

    Source:
        Milo et al., Molecular Systems Biology 2025;21:254-273, from the authors' code.
    """

    half_life: float = parameter("h", "half-life of the cells")
    at_start: float = parameter("1", "when integration starts", 1.0)
    gland: str = "pituitary"
    stimulus: str = "hpa.crh_at_pituitary"

    states = (State("mass", "hpa.{gland}", "1", initial="at_start"),)
    needs = (Need("stimulus", "{stimulus}", "1"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt per h."""
        return {"mass": math.log(2.0) / self.half_life * state["mass"] * (given["stimulus"] - 1)}
