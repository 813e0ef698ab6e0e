"""What follicles and corpus luteum secrete: estradiol, progesterone, inhibin A and inhibin B."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.engine.maths import exp


@final
@dataclass(frozen=True, kw_only=True)
class OvarianSteroids(AbstractPart):
    """How fast the ovary adds estradiol and progesterone to plasma, per volume of the published one-pool model.

        estradiol    = estradiol_basal
                       + e (a2 AF2 + a3 AF3 LH + a4 AF4 + ap PrF LH + l1 Lut1 + l4 Lut4) exp(eta_estradiol)
        progesterone = progesterone_basal + s (pp PrF LH + l4 Lut4) exp(eta_progesterone)

    in nmol/L per h. s is ``activity.steroidogenesis-ovary``, of the enzyme before progesterone (3beta-hydroxysteroid
    dehydrogenase type 2), and e what is left of estradiol where that enzyme is blocked; both are 1 in the published
    model.
    Divided by the published clearance (1/h) they are the concentrations that plasma would settle at. `OnePool` turns
    them into the published pools; `OvarianFlow` into amounts for the body's own pool.

    The published model has no pp: its progesterone begins to rise a day after the LH peak. In women it rises with the
    surge, from the follicle that luteinises.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    estradiol_basal: float = parameter("nmol/L/h", "estradiol that does not come from the follicles")
    estradiol_antral_2: float = parameter("nmol/L/h", "estradiol of the second antral stage")
    estradiol_antral_3: float = parameter("nmol/IU/h", "estradiol of the third antral stage, by LH")
    estradiol_antral_4: float = parameter("nmol/L/h", "estradiol of the fourth antral stage")
    estradiol_preovulatory: float = parameter("nmol/IU/h", "estradiol of the preovulatory follicle, by LH")
    estradiol_luteal_1: float = parameter("nmol/L/h", "estradiol of the first luteal stage")
    estradiol_luteal_4: float = parameter("nmol/L/h", "estradiol of the fourth luteal stage")
    progesterone_basal: float = parameter("nmol/L/h", "progesterone that does not come from the corpus luteum")
    progesterone_preovulatory: float = parameter("nmol/IU/h", "progesterone of the preovulatory follicle, by LH", 0.0)
    progesterone_luteal_4: float = parameter("nmol/L/h", "progesterone of the fourth luteal stage")

    eta_estradiol: float = parameter("1", "the woman's own deviation of ln estradiol from the follicles", 0.0)
    eta_progesterone: float = parameter("1", "the woman's own deviation of ln progesterone from the ovary", 0.0)

    needs = (
        Need("lh", "plasma.lh", "IU/L"),
        Need("antral_2", "follicle.antral_2", "1"),
        Need("antral_3", "follicle.antral_3", "1"),
        Need("antral_4", "follicle.antral_4", "1"),
        Need("preovulatory", "follicle.preovulatory", "1"),
        Need("luteal_1", "corpus_luteum.luteal_1", "1"),
        Need("luteal_4", "corpus_luteum.luteal_4", "1"),
        Need("steroidogenesis", "activity.steroidogenesis-ovary", "1"),
        Need("estradiol_left", "activity.steroidogenesis-estradiol", "1"),
    )
    gives = (
        Value("estradiol", "ovary.estradiol", "nmol/L/h"),
        Value("progesterone", "ovary.progesterone", "nmol/L/h"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return both in nmol/L per h."""
        follicular = (
            self.estradiol_antral_2 * given["antral_2"]
            + self.estradiol_antral_3 * given["antral_3"] * given["lh"]
            + self.estradiol_antral_4 * given["antral_4"]
            + self.estradiol_preovulatory * given["preovulatory"] * given["lh"]
            + self.estradiol_luteal_1 * given["luteal_1"]
            + self.estradiol_luteal_4 * given["luteal_4"]
        )
        luteal = (
            self.progesterone_preovulatory * given["preovulatory"] * given["lh"]
            + self.progesterone_luteal_4 * given["luteal_4"]
        )
        return {
            "estradiol": self.estradiol_basal + given["estradiol_left"] * follicular * exp(self.eta_estradiol),
            "progesterone": self.progesterone_basal + given["steroidogenesis"] * luteal * exp(self.eta_progesterone),
        }


@final
@dataclass(frozen=True, kw_only=True)
class Inhibins(AbstractPart):
    """Inhibin A, which reaches the pituitary late, and inhibin B.

        d A / dt         = basal + ap PrF + s1 Sc1 + l1 Lut1 + l2 Lut2 + l3 Lut3 + l4 Lut4 - inhibin_a_clearance A
        d A_delayed / dt = inhibin_a_clearance A - inhibin_a_delayed_clearance A_delayed
        d B / dt         = basal + a2 AF2 + s2 Sc2 - inhibin_b_clearance B

    A in IU/mL, B in pg/mL, both per h.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    inhibin_a_basal: float = parameter("IU/mL/h", "inhibin A that does not come from these stages")
    inhibin_a_preovulatory: float = parameter("IU/mL/h", "inhibin A of the preovulatory follicle")
    inhibin_a_scar_1: float = parameter("IU/mL/h", "inhibin A of the first scar")
    inhibin_a_luteal_1: float = parameter("IU/mL/h", "inhibin A of the first luteal stage")
    inhibin_a_luteal_2: float = parameter("IU/mL/h", "inhibin A of the second luteal stage")
    inhibin_a_luteal_3: float = parameter("IU/mL/h", "inhibin A of the third luteal stage")
    inhibin_a_luteal_4: float = parameter("IU/mL/h", "inhibin A of the fourth luteal stage")
    inhibin_a_clearance: float = parameter("1/h", "inhibin A passing into the delayed pool")
    inhibin_a_delayed_clearance: float = parameter("1/h", "loss of delayed inhibin A")
    inhibin_b_basal: float = parameter("pg/mL/h", "inhibin B that does not come from these stages")
    inhibin_b_antral_2: float = parameter("pg/mL/h", "inhibin B of the second antral stage")
    inhibin_b_scar_2: float = parameter("pg/mL/h", "inhibin B of the second scar")
    inhibin_b_clearance: float = parameter("1/h", "loss of inhibin B")
    initial_inhibin_a: float = parameter("IU/mL", "inhibin A at the start")
    initial_inhibin_a_delayed: float = parameter("IU/mL", "delayed inhibin A at the start")
    initial_inhibin_b: float = parameter("pg/mL", "inhibin B at the start")

    states = (
        State("a", "plasma.inhibin_a", "IU/mL", initial="initial_inhibin_a"),
        State("delayed", "plasma.inhibin_a_delayed", "IU/mL", initial="initial_inhibin_a_delayed"),
        State("b", "plasma.inhibin_b", "pg/mL", initial="initial_inhibin_b"),
    )
    needs = (
        Need("antral_2", "follicle.antral_2", "1"),
        Need("preovulatory", "follicle.preovulatory", "1"),
        Need("scar_1", "corpus_luteum.scar_1", "1"),
        Need("scar_2", "corpus_luteum.scar_2", "1"),
        Need("luteal_1", "corpus_luteum.luteal_1", "1"),
        Need("luteal_2", "corpus_luteum.luteal_2", "1"),
        Need("luteal_3", "corpus_luteum.luteal_3", "1"),
        Need("luteal_4", "corpus_luteum.luteal_4", "1"),
    )
    flows = (
        Flow("a_secretion", "IU/mL/h", source=OUTSIDE, target="plasma.inhibin_a"),
        Flow("a_passage", "IU/mL/h", source="plasma.inhibin_a", target="plasma.inhibin_a_delayed"),
        Flow("a_clearance", "IU/mL/h", source="plasma.inhibin_a_delayed", target=OUTSIDE),
        Flow("b_secretion", "pg/mL/h", source=OUTSIDE, target="plasma.inhibin_b"),
        Flow("b_clearance", "pg/mL/h", source="plasma.inhibin_b", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in IU/mL and pg/mL per h."""
        return {
            "a_secretion": self.inhibin_a_basal
            + self.inhibin_a_preovulatory * given["preovulatory"]
            + self.inhibin_a_scar_1 * given["scar_1"]
            + self.inhibin_a_luteal_1 * given["luteal_1"]
            + self.inhibin_a_luteal_2 * given["luteal_2"]
            + self.inhibin_a_luteal_3 * given["luteal_3"]
            + self.inhibin_a_luteal_4 * given["luteal_4"],
            "a_passage": self.inhibin_a_clearance * state["a"],
            "a_clearance": self.inhibin_a_delayed_clearance * state["delayed"],
            "b_secretion": self.inhibin_b_basal
            + self.inhibin_b_antral_2 * given["antral_2"]
            + self.inhibin_b_scar_2 * given["scar_2"],
            "b_clearance": self.inhibin_b_clearance * state["b"],
        }
