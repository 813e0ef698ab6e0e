"""The GnRH pulse generator of the hypothalamus, and the GnRH receptors of the pituitary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter
from neurosteroid.physiology.hill import falling, rising


@final
@dataclass(frozen=True, kw_only=True)
class GnrhPulseGenerator(AbstractPart):
    """How often GnRH pulses come and how large they are, averaged over pulses.

    With P progesterone and E estradiol in plasma, and h+(x) = x^n / (1 + x^n), h-(x) = 1 / (1 + x^n):

        frequency  = frequency_maximum h-(P / T_P) (1 + gain p h+(E / T_E))                       1/h
        pulse mass = pulse_mass_maximum (p h+(E / T_high) + h-(E / T_low))                        nmol/L

    Progesterone slows the pulses in the luteal phase; estradiol quickens them at mid-cycle, and makes each pulse large
    when it is very low or very high. p is ``cycle.positive-feedback``, 1 in the published model and 0 where estradiol
    brings no surge. `feedback` names the progesterone that the hypothalamus sees, as in
    `LuteinizingHormone`.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the rules of BIOMD0000000494.
    """

    frequency_maximum: float = parameter("1/h", "most pulses per time without progesterone and estradiol")
    progesterone_frequency_threshold: float = parameter("nmol/L", "progesterone at half of the slowing")
    progesterone_frequency_exponent: float = parameter("1", "steepness of the slowing by progesterone")
    estradiol_frequency_gain: float = parameter("1", "most relative quickening by estradiol")
    estradiol_frequency_threshold: float = parameter("nmol/L", "estradiol at half of the quickening")
    estradiol_frequency_exponent: float = parameter("1", "steepness of the quickening by estradiol")
    pulse_mass_maximum: float = parameter("nmol/L", "largest pulse, as concentration in the portal blood")
    estradiol_mass_high_threshold: float = parameter("nmol/L", "estradiol at half of the rise of pulse mass")
    estradiol_mass_high_exponent: float = parameter("1", "steepness of the rise of pulse mass")
    estradiol_mass_low_threshold: float = parameter("nmol/L", "estradiol at half of the fall of pulse mass")
    estradiol_mass_low_exponent: float = parameter("1", "steepness of the fall of pulse mass")
    feedback: str = "plasma"
    pulses: str = "gnrh.frequency"

    needs = (
        Need("progesterone", "{feedback}.progesterone", "nmol/L"),
        Need("estradiol", "plasma.estradiol", "nmol/L"),
        Need("positive", "cycle.positive-feedback", "1"),
    )
    gives = (Value("frequency", "{pulses}", "1/h"), Value("mass", "gnrh.pulse_mass", "nmol/L"))

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return pulse frequency (1/h) and pulse mass (nmol/L)."""
        progesterone, estradiol = given["progesterone"], given["estradiol"]
        slowed = falling(progesterone, self.progesterone_frequency_threshold, self.progesterone_frequency_exponent)
        quickened = given["positive"] * rising(
            estradiol, self.estradiol_frequency_threshold, self.estradiol_frequency_exponent
        )
        high = given["positive"] * rising(
            estradiol, self.estradiol_mass_high_threshold, self.estradiol_mass_high_exponent
        )
        low = falling(estradiol, self.estradiol_mass_low_threshold, self.estradiol_mass_low_exponent)
        return {
            "frequency": self.frequency_maximum * slowed * (1 + self.estradiol_frequency_gain * quickened),
            "mass": self.pulse_mass_maximum * (high + low),
        }


@final
@dataclass(frozen=True, kw_only=True)
class GnrhReceptors(AbstractPart):
    """GnRH in portal blood and its pituitary receptors, free or bound, active or internalised.

    Flows, each first order in its source but binding, which is second order (G GnRH, R free active receptor):

        release     = frequency pulse_mass        outside to G
        degradation = gnrh_degradation G          G to outside
        binding     = gnrh_binding G R            R to active complex; the same leaves G
        unbinding   = gnrh_unbinding C            active complex to R; the same enters G
        active complex <-> inactive complex       complex_inactivation, complex_activation
        R <-> internalised receptor               receptor_internalisation, receptor_recycling
        inactive complex to internalised receptor complex_dissociation
        synthesis to, degradation of internalised receptor; degradation of the inactive complex

    All in nmol/L and nmol/L per h.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    gnrh_degradation: float = parameter("1/h", "loss of free GnRH")
    gnrh_binding: float = parameter("L/nmol/h", "GnRH binding its active receptor")
    gnrh_unbinding: float = parameter("1/h", "GnRH leaving the active complex")
    complex_inactivation: float = parameter("1/h", "active complex becoming inactive")
    complex_activation: float = parameter("1/h", "inactive complex becoming active")
    complex_dissociation: float = parameter("1/h", "inactive complex giving back an internalised receptor")
    complex_degradation: float = parameter("1/h", "loss of the inactive complex")
    receptor_internalisation: float = parameter("1/h", "free active receptor becoming internalised")
    receptor_recycling: float = parameter("1/h", "internalised receptor becoming active")
    receptor_degradation: float = parameter("1/h", "loss of internalised receptor")
    receptor_synthesis: float = parameter("nmol/L/h", "new receptor, internalised")
    initial_gnrh: float = parameter("nmol/L", "GnRH at the start")
    initial_receptor_active: float = parameter("nmol/L", "free active receptor at the start")
    initial_receptor_internalised: float = parameter("nmol/L", "internalised receptor at the start")
    initial_complex_active: float = parameter("nmol/L", "active complex at the start")
    initial_complex_inactive: float = parameter("nmol/L", "inactive complex at the start")

    states = (
        State("gnrh", "gnrh.free", "nmol/L", initial="initial_gnrh"),
        State("active", "gnrh_receptor.active", "nmol/L", initial="initial_receptor_active"),
        State("internalised", "gnrh_receptor.internalised", "nmol/L", initial="initial_receptor_internalised"),
        State("complex", "gnrh_complex.active", "nmol/L", initial="initial_complex_active"),
        State("idle", "gnrh_complex.inactive", "nmol/L", initial="initial_complex_inactive"),
    )
    needs = (Need("frequency", "gnrh.frequency", "1/h"), Need("mass", "gnrh.pulse_mass", "nmol/L"))
    flows = (
        Flow("release", "nmol/L/h", source=OUTSIDE, target="gnrh.free"),
        Flow("degradation", "nmol/L/h", source="gnrh.free", target=OUTSIDE),
        Flow("capture", "nmol/L/h", source="gnrh.free", target=OUTSIDE),
        Flow("escape", "nmol/L/h", source=OUTSIDE, target="gnrh.free"),
        Flow("binding", "nmol/L/h", source="gnrh_receptor.active", target="gnrh_complex.active"),
        Flow("unbinding", "nmol/L/h", source="gnrh_complex.active", target="gnrh_receptor.active"),
        Flow("inactivation", "nmol/L/h", source="gnrh_complex.active", target="gnrh_complex.inactive"),
        Flow("activation", "nmol/L/h", source="gnrh_complex.inactive", target="gnrh_complex.active"),
        Flow("dissociation", "nmol/L/h", source="gnrh_complex.inactive", target="gnrh_receptor.internalised"),
        Flow("complex_loss", "nmol/L/h", source="gnrh_complex.inactive", target=OUTSIDE),
        Flow("internalisation", "nmol/L/h", source="gnrh_receptor.active", target="gnrh_receptor.internalised"),
        Flow("recycling", "nmol/L/h", source="gnrh_receptor.internalised", target="gnrh_receptor.active"),
        Flow("synthesis", "nmol/L/h", source=OUTSIDE, target="gnrh_receptor.internalised"),
        Flow("receptor_loss", "nmol/L/h", source="gnrh_receptor.internalised", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in nmol/L per h."""
        binding = self.gnrh_binding * state["gnrh"] * state["active"]
        unbinding = self.gnrh_unbinding * state["complex"]
        return {
            "release": given["frequency"] * given["mass"],
            "degradation": self.gnrh_degradation * state["gnrh"],
            "capture": binding,
            "escape": unbinding,
            "binding": binding,
            "unbinding": unbinding,
            "inactivation": self.complex_inactivation * state["complex"],
            "activation": self.complex_activation * state["idle"],
            "dissociation": self.complex_dissociation * state["idle"],
            "complex_loss": self.complex_degradation * state["idle"],
            "internalisation": self.receptor_internalisation * state["active"],
            "recycling": self.receptor_recycling * state["internalised"],
            "synthesis": self.receptor_synthesis,
            "receptor_loss": self.receptor_degradation * state["internalised"],
        }


@final
@dataclass(frozen=True, kw_only=True)
class GnrhSignal(AbstractPart):
    """What the pituitary and the corpus luteum see of GnRH when no agonist is there: the active complexes, nmol/L."""

    needs = (Need("complex", "gnrh_complex.active", "nmol/L"),)
    gives = (Value("signal", "gnrh.signal", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the active complexes in nmol/L."""
        return {"signal": given["complex"]}
