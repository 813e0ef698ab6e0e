"""A neuron with its receptors and its chloride, and the experiments that a rig does with it."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import System, wire
from neurosteroid.engine.solvers.gates.solver import Events, FixedSteps, follow
from neurosteroid.errors import InputError, SolverError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.chloride_at_rest import OUTPUTS, chloride_at_rest, own_strength
from neurosteroid.model.recording import Recording
from neurosteroid.neurons.stimulus import CurrentStep
from neurosteroid.receptors.coagonist import MonodWymanChangeux
from neurosteroid.receptors.gating import peak_open_probability

Array = NDArray[np.float64]

ROOM: Final = "neurons"
VOLTAGE: Final = "membrane.voltage"
SYNAPSE: Final = ("synapse.rising", "synapse.decaying")
STEP: Final = 0.0125
"""ms; f-I curves do not change with a smaller one, single spikes late in a slow train move by a few tenths of a ms."""
SETTLING: Final = 5000.0
"""ms without current before anything is measured: five times the slowest gate."""
UPSTROKE: Final = 10.0
"""mV/ms at which a spike is said to begin, as is usual in the field."""
BAND: Final = 5.0
"""mV about rest within which GABA is said to shunt: it then adds conductance, and hardly any current."""
PROBE: Final = -5.0
"""pA of the step by which the input resistance is measured."""


@final
@dataclass(frozen=True, eq=False)
class Neuron:
    """A cell at rest, ready for experiments.

    Attributes:
        name: of its card.
        variant: of its card.
        system: the wired parts.
        parameters: (m,) of this cell, with what ambient GABA and steroid make of it.
        ambient: GABA around it, umol/L.
        steroid: concentration at the receptor, nmol/L.
        step: length of a step, ms.
        ledger: the numbers that took part.
        pump_leak: variant of the pump-leak card for its chloride at rest.
    """

    name: str
    variant: str
    system: System
    parameters: Array
    ambient: float
    steroid: float
    step: float
    ledger: Ledger
    pump_leak: str = "mature"

    def currents(self) -> Recording:
        """Return what the cell is at rest: potentials, tonic conductance and current, input resistance, regime.

        The tonic current is that at the resting potential, outward (inhibiting by hyperpolarisation) when positive.
        """
        rest, at = self._rest, self._at_rest
        resistance = self._input_resistance()
        tonic = at["gaba.tonic_conductance"]
        threshold = self._threshold
        scalars: dict[str, float | str] = {
            "resting potential": rest,
            "threshold": threshold,
            "chloride reversal": at["chloride.reversal"],
            "GABA reversal": at["gaba.reversal"],
            "driving force": rest - at["gaba.reversal"],
            "tonic conductance": tonic,
            "tonic current": tonic * (rest - at["gaba.reversal"]),
            "input resistance": resistance,
            "regime": regime(at["gaba.reversal"], rest, threshold),
        }
        kinds = ("mV", "mV", "mV", "mV", "mV", "nS", "pA", "MOhm", "1")
        return self._recording("currents", "At rest", {}, scalars, dict(zip(scalars, kinds, strict=True)))

    def fi(self, *, up_to: str | None = None, points: int = 25, duration: str = "500 ms") -> Recording:
        """Return the firing rate against injected current, with the rheobase.

        Args:
            up_to: largest current, such as ``"400 pA"``; three times the rheobase when left out.
            points: number of currents, 0 included.
            duration: of each step of current.

        Raises:
            InputError: fewer than two points, or a largest current or duration that is not positive.
        """
        span = _positive(duration, "ms", "duration")
        if points < 2:
            raise InputError(f"points is {points}; give two or more.")
        rheobase = self._rheobase(span)
        top = 3.0 * max(rheobase, 1.0) if up_to is None else _positive(up_to, "pA", "up_to")
        currents = np.linspace(0.0, top, points)
        spikes = self._steps(currents, span).spikes
        rates = np.array([1e3 * len(times) / span for times in spikes])
        first = np.array([_instant(times[:2]) for times in spikes])
        last = np.array([_instant(times[-2:]) for times in spikes])
        columns = {"current": currents, "rate": rates, "first interval": first, "last interval": last}
        scalars: dict[str, float | str] = {"rheobase": rheobase, "duration": span, "threshold": self._threshold}
        kinds = {**dict.fromkeys(("rate", "first interval", "last interval"), "Hz"), "current": "pA", "rheobase": "pA"}
        return self._recording(
            "fi",
            "Firing rate against injected current",
            columns,
            scalars,
            {**kinds, "duration": "ms", "threshold": "mV"},
        )

    def ipsc(self, *, hold: str | None = None, count: int = 1, interval: str = "10 ms") -> Recording:
        """Return synaptic events: the current in voltage clamp, and the potential in current clamp.

        Args:
            hold: clamped potential, such as ``"-50 mV"``; the resting potential when left out.
            count: number of events.
            interval: from one to the next.

        Raises:
            InputError: no event, or an interval that is not positive.
        """
        if count < 1:
            raise InputError(f"count is {count}; give one event or more.")
        gap = _positive(interval, "ms", "interval")
        clamp = self._rest if hold is None else units.parse(hold, "mV", where="hold")
        begin, after = 5.0, 150.0
        times = begin + gap * np.arange(count)
        length = math.ceil(float(times[-1]) + after)
        event = [Events([float(time) for time in times], dict.fromkeys(SYNAPSE, 1.0))]
        done = self._follow(np.zeros(1), length, events=event, every=8 * self.step)
        at = done.outputs(["gaba.phasic_conductance", "gaba.reversal", VOLTAGE])
        conductance, reversal, voltage = (at[name][0] for name in ("gaba.phasic_conductance", "gaba.reversal", VOLTAGE))
        current = conductance * (clamp - reversal)
        peak = int(np.argmax(np.abs(current)))
        deflection = voltage - self._rest
        scalars: dict[str, float | str] = {
            "hold": clamp,
            "peak current": float(current[peak]),
            "charge": float(np.trapezoid(current, done.times)) / 1e3,
            "decay": _decay(done.times[peak:], np.abs(current[peak:])),
            "potential": float(deflection[int(np.argmax(np.abs(deflection)))]),
            "regime": regime(float(reversal[0]), self._rest, self._threshold),
        }
        kinds = ("mV", "pA", "pC", "ms", "mV", "1")
        columns = {"time": done.times, "current": current, "voltage": voltage, "conductance": conductance}
        named = {"time": "ms", "current": "pA", "voltage": "mV", "conductance": "nS"}
        return self._recording(
            "ipsc", "Synaptic GABA-A current", columns, scalars, {**named, **dict(zip(scalars, kinds, strict=True))}
        )

    def chloride(self, *, tonic: str = "0 uS/cm^2", points: int = 9) -> Recording:
        """Return where chloride rests in the pump-leak model, from no KCC2 to twice the mature strength.

        It is a cell of its own, with its own resting potential; what KCC2 and a tonic conductance do to E_GABA is meant
        for this one. Whether GABA shunts is told against the pump-leak model's own rest.

        Args:
            tonic: GABA-A conductance that lets chloride through all the time.
            points: number of KCC2 strengths.

        Raises:
            InputError: fewer than two points, or a conductance below zero.
        """
        if points < 2:
            raise InputError(f"points is {points}; give two or more.")
        gaba = _not_negative(units.parse(tonic, "uS/cm^2", where="tonic"), "tonic")
        ledger = Ledger()
        own = self.pump_leak
        strength, found = chloride_at_rest(own, np.linspace(0.0, 2.0, points), gaba, ledger)
        _, at = chloride_at_rest(own, np.array([own_strength(own, ledger)]), gaba, ledger)
        here = {name: float(values[0]) for name, values in at.items()}
        columns = {"KCC2": strength, **found, "driving force": found["voltage"] - found["GABA reversal"]}
        scalars: dict[str, float | str] = {
            "resting potential": here["voltage"],
            "chloride inside": here["chloride"],
            "E_Cl": here["chloride reversal"],
            "E_GABA": here["GABA reversal"],
            "regime": regime(here["GABA reversal"], here["voltage"], self._threshold),
        }
        kinds = {"KCC2": "uS/cm^2", "driving force": "mV", **{name: unit for name, (_, unit) in OUTPUTS.items()}}
        kinds |= dict(zip(scalars, ("mV", "mmol/L", "mV", "mV", "1"), strict=True))
        title = f"Chloride at rest: pump-leak model ({own}), {gaba:g} uS/cm^2 tonic GABA-A conductance"
        return Recording("chloride", title, columns, scalars, kinds, ledger)

    @property
    def _rest(self) -> float:
        return self._at_rest[VOLTAGE]

    @functools.cached_property
    def _at_rest(self) -> Mapping[str, float]:
        names = ["gaba.tonic_conductance", "gaba.reversal", "chloride.reversal", VOLTAGE]
        states, nothing = self._settled[None, None], np.zeros((1, 1, 0))
        found = self.system.outputs(names, np.zeros((1, 1)), states, self.parameters[None], nothing)
        return {name: float(found[name][0, 0]) for name in names}

    @functools.cached_property
    def _settled(self) -> Array:
        """(n,) the states after a long time without current."""
        parameters = self.parameters[None]
        length = math.ceil(SETTLING / self.step) * self.step
        done = follow(
            self.system, duration=length, step=self.step, parameters=parameters, watch=VOLTAGE, every=length
        ).require_complete()
        if len(done.spikes[0]) and done.spikes[0][-1] > SETTLING / 2:
            raise SolverError(f"'{self.name}' fires without current; it has no resting potential to start from.")
        return np.array([done.courses[name][0, -1] for name in self.system.state_names])

    def _follow(
        self, currents: Array, duration: float, *, events: Sequence[Events] = (), every: float | None = None
    ) -> FixedSteps:
        """Follow one cell for each current (pA), which stands from the start on."""
        cells = len(currents)
        parameters = np.tile(self.parameters, (cells, 1))
        parameters[:, self.system.parameter_names.index("stimulus.holding")] = currents
        length = round(duration / self.step) * self.step
        return follow(
            self.system,
            duration=length,
            step=self.step,
            parameters=parameters,
            initial=np.tile(self._settled, (cells, 1)),
            events=events,
            watch=VOLTAGE,
            keep=None if every is not None else [],
            every=every,
        ).require_complete()

    def _steps(self, currents: Array, duration: float) -> FixedSteps:
        return self._follow(currents, duration)

    def _rheobase(self, duration: float) -> float:
        """Return the smallest current that makes a spike, to 0.2 %; 16 currents at once, three times."""
        low, high = 0.0, 1.0
        while True:
            trial = np.linspace(low, high, 17)[1:]
            fires = [len(times) > 0 for times in self._steps(trial, duration).spikes]
            if any(fires):
                break
            if high > _MOST_CURRENT:
                raise SolverError(f"'{self.name}' does not fire with up to {high:g} pA.")
            low, high = high, 8 * high
        for _ in range(3):
            place = fires.index(True)
            low, high = float(trial[place - 1]) if place else low, float(trial[place])
            if high - low < 2e-3 * high:
                break
            trial = np.linspace(low, high, 17)[1:]
            fires = [len(times) > 0 for times in self._steps(trial, duration).spikes]
        return float(trial[fires.index(True)])

    @functools.cached_property
    def _threshold(self) -> float:
        """The voltage at which the first spike at 1.5 times the rheobase begins, mV."""
        current = 1.5 * self._rheobase(200.0)
        done = self._follow(np.array([current]), 200.0, every=4 * self.step)
        voltage = done.courses[VOLTAGE][0]
        steep = np.gradient(voltage, done.times) > UPSTROKE
        late = done.times > 0.5  # the corner at which the current is switched on is no spike
        return float(voltage[int(np.argmax(steep & late))])

    def _input_resistance(self) -> float:
        length = math.ceil(1000.0 / self.step) * self.step
        done = self._follow(np.array([0.0, PROBE]), length, every=length)
        voltage = done.courses[VOLTAGE][:, -1]
        return float((voltage[1] - voltage[0]) / PROBE * 1e3)

    def _recording(
        self,
        kind: str,
        title: str,
        columns: Mapping[str, Array],
        scalars: Mapping[str, float | str],
        named: Mapping[str, str],
    ) -> Recording:
        steroid = f", {self.steroid:g} nmol/L steroid" if self.steroid else ""
        whole = f"{title}: {self.name} ({self.variant}), {self.ambient:g} umol/L GABA{steroid}"
        return Recording(kind, whole, columns, scalars, named, self.ledger)


_MOST_CURRENT: Final = 1e5


def regime(reversal: float, rest: float, threshold: float) -> str:
    """Return what a GABA-A current does to a cell at rest.

    ``hyperpolarising`` more than `BAND` below rest, ``shunting`` within it, ``depolarising`` above it, and
    ``depolarising above threshold`` where GABA alone can make the cell fire.
    """
    if reversal < rest - BAND:
        return "hyperpolarising"
    if reversal <= rest + BAND:
        return "shunting"
    return "depolarising" if reversal < threshold else "depolarising above threshold"


def neuron(
    name: str,
    variant: str | None = None,
    *,
    ambient: str | None = None,
    steroid: str = "0 nmol/L",
    tonic: str | None = None,
    amplitude: float = 1.0,
    decay: float = 1.0,
    step: str = f"{STEP} ms",
) -> Neuron:
    """Return a neuron by its card, such as ``"dentate-granule"``, ``"pyramidal"`` or ``"fast-spiking"``.

    Args:
        name: of a card of kind ``neurons`` that names a cell.
        variant: of that card, such as ``"immature"``.
        ambient: GABA around the cell, such as ``"0.5 umol/L"``; the card's when left out.
        steroid: concentration of the receptor's steroid at the receptor. It enters the tonic conductance, as the open
            probability of the extrasynaptic receptor with it over that without.
        tonic: GABA-dependent tonic conductance at the card's ambient GABA without steroid, such as ``"1 nS"``.
        amplitude: multiplier of synaptic amplitude.
        decay: multiplier of synaptic decay time.
        step: length of a step of the solver.

    Raises:
        UnknownNameError: no such neuron or variant.
        InputError: a concentration, conductance or multiplier below zero.
    """
    shelf = library()
    known = [each for each in shelf.names(ROOM) if "cell" in shelf.card(each, ROOM).variant(None).settings]
    if name not in known:
        raise unknown_name("neuron", name, known)
    ledger = Ledger()
    chosen = shelf.card(name, ROOM).variant(variant).settings
    cell, cell_variant = shelf.card(chosen["cell"], ROOM), chosen.get("cell_variant")
    gaba_card, gaba_variant = shelf.card("gaba-input", ROOM), chosen["gaba_input"]
    system = wire(
        {
            "cell": part_from_card(cell, cell_variant, ledger),
            "shape": part_from_card(cell, cell_variant, ledger, kind="cylinder"),
            "gaba": part_from_card(gaba_card, gaba_variant, ledger),
            "chloride": part_from_card(shelf.card("chloride", ROOM), chosen["chloride"], ledger),
            "stimulus": CurrentStep(),
        }
    )
    usual = ledger.take(gaba_card, "ambient", "umol/L", gaba_variant)
    around = usual if ambient is None else _not_negative(units.parse(ambient, "umol/L", where="ambient"), "ambient")
    given = _not_negative(units.parse(steroid, "nmol/L", where="steroid"), "steroid")
    changes: dict[str, float] = {
        "gaba.tonic_multiplier": _tonic_multiplier(
            gaba_card.variant(gaba_variant).settings["receptor"], usual, around, given, ledger
        ),
        "gaba.amplitude_multiplier": _not_negative(amplitude, "amplitude"),
        "gaba.decay_multiplier": _above_zero(decay, "decay"),
    }
    if tonic is not None:
        changes["gaba.tonic_dependent"] = _not_negative(units.parse(tonic, "nS", where="tonic"), "tonic")
    found = variant or shelf.card(name, ROOM).default
    parameters = system.parameters(1, dict(changes))[0]
    return Neuron(
        name, found, system, parameters, around, given, _positive(step, "ms", "step"), ledger, chosen["pump_leak"]
    )


def _tonic_multiplier(name: str, usual: float, around: float, steroid: float, ledger: Ledger) -> float:
    """Return open probability at ambient GABA and steroid over that at the card's ambient GABA without steroid."""
    part = part_from_card(library().card(name, "receptors"), None, ledger, isoform=name)
    if not isinstance(part, MonodWymanChangeux):
        raise InputError(f"receptor '{name}' is no co-agonist receptor; name another in the card gaba-input.")

    def opened(gaba: float, concentration: float) -> float:
        at = dataclasses.replace(part, gaba_concentration=gaba)
        factors = at.gaba.factor(gaba), at.steroid.factor(concentration)
        return float(peak_open_probability(at.closed_open_ratio, *factors))

    return opened(around, steroid) / opened(usual, 0.0)


def _instant(times: Array) -> float:
    return 1e3 / float(times[1] - times[0]) if len(times) == 2 else 0.0


def _decay(times: Array, size: Array) -> float:
    """Return the time from the peak to 1/e of it, ms; NaN where it is not reached."""
    below = np.nonzero(size < size[0] / math.e)[0]
    if not len(below) or size[0] == 0.0:
        return math.nan
    last = int(below[0])
    share = (size[last - 1] - size[0] / math.e) / (size[last - 1] - size[last])
    return float(times[last - 1] + share * (times[last] - times[last - 1]) - times[0])


def _positive(text: str, unit: str, where: str) -> float:
    return _above_zero(units.parse(text, unit, where=where), where)


def _above_zero(value: float, where: str) -> float:
    if not value > 0:
        raise InputError(f"{value:g} is not above zero; give a positive number.", where=where)
    return value


def _not_negative(value: float, where: str) -> float:
    if not value >= 0:
        raise InputError(f"{value:g} is below zero; give zero or more.", where=where)
    return value
