"""The experiments that a rig does with a neuron."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import System
from neurosteroid.engine.solvers.gates.solver import Events, FixedSteps, follow
from neurosteroid.errors import InputError, SolverError
from neurosteroid.evidence import Ledger
from neurosteroid.model.checked import not_negative, positive, whole
from neurosteroid.model.chloride_at_rest import OUTPUTS, chloride_at_rest, own_strength
from neurosteroid.model.neuron_definitions import Definitions, regime, spike_onset
from neurosteroid.model.neuron_rest import settled
from neurosteroid.model.neuron_steroid import Synapse
from neurosteroid.model.recording import Recording

Array = NDArray[np.float64]

VOLTAGE: Final = "membrane.voltage"
SYNAPSE: Final = ("synapse.rising", "synapse.decaying")
CLAMP: Final = "clamp.command"
CHLORIDE: Final = "chloride.inside"


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
        definitions: of what is measured.
        pump_leak: variant of the pump-leak card for its chloride at rest.
        synapse: how synaptic events are changed.
        tonic_at: when the open probability of the tonic multiplier is read, ``steady state`` or ``peak``.
        clamped: gaba and chloride behind a held membrane; None where chloride does not move.
    """

    name: str
    variant: str
    system: System
    parameters: Array
    ambient: float
    steroid: float
    step: float
    ledger: Ledger
    definitions: Definitions
    pump_leak: str = "mature"
    synapse: Synapse = field(default_factory=Synapse)
    tonic_at: str = "steady state"
    clamped: System | None = None

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
            "tonic multiplier": self._parameter("gaba.tonic_multiplier"),
            "tonic current": tonic * (rest - at["gaba.reversal"]),
            "input resistance": resistance,
            "regime": self._regime(at["gaba.reversal"], rest),
        }
        kinds = ("mV", "mV", "mV", "mV", "mV", "nS", "1", "pA", "MOhm", "1")
        note = f"The tonic multiplier is the ratio of open probabilities at {self.tonic_at}."
        return self._recording("currents", "At rest", {}, scalars, dict(zip(scalars, kinds, strict=True)), (note,))

    def fi(self, *, up_to: str | None = None, points: int = 25, duration: str = "500 ms") -> Recording:
        """Return the firing rate against injected current, with the rheobase and the gain.

        The gain is the slope of a line through the mean rates between two multiples of the rheobase, which stand on the
        card ``experiments``.

        Args:
            up_to: largest current, such as ``"400 pA"``; three times the rheobase when left out.
            points: number of currents, 0 included.
            duration: of each step of current.

        Raises:
            InputError: fewer than two points, a largest current that is not positive or that no membrane takes, or a
                duration that is not positive or too long.
        """
        span, count = positive(duration, "ms", "duration"), whole(points, "points", 2, _MOST_POINTS)
        if span > _LONGEST_RUN:
            raise InputError(f"{span:g} ms is longer than {_LONGEST_RUN:g} ms, which is the most.", where="duration")
        top = None if up_to is None else positive(up_to, "pA", "up_to")
        if top is not None and top > _MOST_CURRENT:
            raise InputError(
                f"'{up_to}' is {top:g} pA, and no membrane takes more than {_MOST_CURRENT:g} pA. Give the largest"
                " current of the curve, such as '400 pA'.",
                where="up_to",
            )
        rheobase = self._rheobase(span)
        currents = np.linspace(0.0, 3.0 * max(rheobase, 1.0) if top is None else top, count)
        spikes = self._steps(currents, span).spikes
        rates = np.array([1e3 * len(times) / span for times in spikes])
        first = np.array([_instant(times[:2]) for times in spikes])
        last = np.array([_instant(times[-2:]) for times in spikes])
        columns = {"current": currents, "rate": rates, "first rate": first, "last rate": last}
        scalars: dict[str, float | str] = {
            "rheobase": rheobase,
            "gain": self._gain(rheobase, span),
            "duration": span,
            "threshold": self._threshold,
        }
        kinds = {**dict.fromkeys(("rate", "first rate", "last rate"), "Hz"), "current": "pA"}
        kinds |= dict(zip(scalars, ("pA", "Hz/pA", "ms", "mV"), strict=True))
        return self._recording("fi", "Firing rate against injected current", columns, scalars, kinds)

    def ipsc(self, *, hold: str | None = None, count: int = 1, interval: str = "10 ms") -> Recording:
        """Return synaptic events: the current in voltage clamp, and the potential in current clamp.

        Two runs where chloride moves: clamped and free. The clamp stands from the start of the run, with chloride as it
        rests unclamped. `time to 1/e` of the peak is given for one event only; later events would run into it. The run
        ends when the last event has decayed to a part in ten million, so `charge` is that of whole events.

        Args:
            hold: clamped potential, such as ``"-50 mV"``; the resting potential when left out.
            count: number of events.
            interval: from one to the next.

        Raises:
            InputError: no event, an interval that is not positive, a potential that no membrane stands, or events that
                take too long.
        """
        gap = positive(interval, "ms", "interval")
        times = _BEFORE + gap * np.arange(whole(count, "count", 1, _MOST_EVENTS))
        clamp = None if hold is None else units.parse(hold, "mV", where="hold")
        if clamp is not None and abs(clamp) > _MOST_POTENTIAL:
            raise InputError(
                f"'{hold}' is {clamp:g} mV, and no membrane stands more than {_MOST_POTENTIAL:g} mV either way.",
                where="hold",
            )
        length = self._length_of(float(times[-1]))
        clamp = self._rest if clamp is None else clamp
        event = [Events([float(time) for time in times], dict.fromkeys(SYNAPSE, 1.0))]
        done = self._follow(np.zeros(1), length, events=event, every=8 * self.step)
        at = done.outputs(["gaba.phasic_conductance", "gaba.reversal", VOLTAGE])
        conductance, reversal, voltage = (at[name][0] for name in ("gaba.phasic_conductance", "gaba.reversal", VOLTAGE))
        # no event is there yet, and what Newton's method left of the two exponentials at rest is rounding
        conductance = np.where(done.times <= times[0], 0.0, conductance)
        current = conductance * (clamp - self._clamped_reversal(reversal, clamp, length, event)) + 0.0  # no -0
        peak = int(np.argmax(np.abs(current)))
        deflection = voltage - self._rest
        scalars: dict[str, float | str] = {
            "hold": clamp,
            "peak current": float(current[peak]),
            "charge": float(np.trapezoid(current, done.times)) / 1e3,
            "potential": float(deflection[int(np.argmax(np.abs(deflection)))]),
            "amplitude multiplier": self.synapse.amplitude,
            "decay multiplier": self.synapse.decay,
            "regime": self._regime(float(reversal[0]), self._rest),
        }
        kinds = dict(zip(scalars, ("mV", "pA", "pC", "mV", "1", "1", "1"), strict=True))
        if count == 1:
            scalars["time to 1/e"], kinds["time to 1/e"] = _falls(done.times[peak:], np.abs(current[peak:])), "ms"
        columns = {"time": done.times, "current": current, "voltage": voltage, "conductance": conductance}
        named = {"time": "ms", "current": "pA", "voltage": "mV", "conductance": "nS"}
        notes = self.synapse.notes(self.steroid)
        if self.clamped is not None:
            notes += (
                "Chloride moves: the current is that of a run with the membrane held, the potential of a free one.",
            )
        return self._recording("ipsc", "Synaptic GABA-A current", columns, scalars, {**named, **kinds}, notes)

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
        count = whole(points, "points", 2, _MOST_POINTS)
        gaba = not_negative(units.parse(tonic, "uS/cm^2", where="tonic"), "tonic")
        ledger = Ledger()
        own = self.pump_leak
        strength, found = chloride_at_rest(own, np.linspace(0.0, 2.0, count), gaba, ledger)
        _, at = chloride_at_rest(own, np.array([own_strength(own, ledger)]), gaba, ledger)
        here = {name: float(values[0]) for name, values in at.items()}
        columns = {"KCC2": strength, **found, "driving force": found["voltage"] - found["GABA reversal"]}
        scalars: dict[str, float | str] = {
            "resting potential": here["voltage"],
            "chloride inside": here["chloride"],
            "E_Cl": here["chloride reversal"],
            "E_GABA": here["GABA reversal"],
            "regime": self._regime(here["GABA reversal"], here["voltage"]),
        }
        kinds = {"KCC2": "uS/cm^2", "driving force": "mV", **{name: unit for name, (_, unit) in OUTPUTS.items()}}
        kinds |= dict(zip(scalars, ("mV", "mmol/L", "mV", "mV", "1"), strict=True))
        title = f"Chloride at rest: a soma of the pump-leak model ({own}), {gaba:g} uS/cm^2 tonic GABA-A conductance"
        note = (
            f"This soma has a rest of its own. '{self.name}' ({self.variant}) rests at {self._rest:.1f} mV with E_GABA"
            f" at {self._at_rest['gaba.reversal']:.1f} mV, and fires and is inhibited with these."
        )
        return Recording("chloride", title, columns, scalars, kinds, ledger, (note,))

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
        """(n,) the states at which nothing moves without current."""
        return settled(self.system, self.parameters, self.step, VOLTAGE, self.name)

    def _length_of(self, last: float) -> float:
        """Return how long a run is (ms) in which an event at `last` decays, slower than the membrane or not."""
        decay = self._parameter("gaba.decay") * self._parameter("gaba.decay_multiplier")
        length = math.ceil(last + max(_LEAST_AFTER, _FADED * decay, _FADED * self._parameter("gaba.rise")))
        if length > _LONGEST_RUN:
            raise InputError(
                f"the last event begins at {last:g} ms and decays with {decay:g} ms, so that a run would take"
                f" {length:g} ms; the most is {_LONGEST_RUN:g} ms. Give fewer events, a shorter interval or a faster"
                " decay.",
                where="ipsc",
            )
        return float(length)

    def _parameter(self, name: str) -> float:
        return float(self.parameters[self._place(name)])

    def _place(self, parameter: str) -> int:
        return self.system.parameter_names.index(parameter)

    def _regime(self, reversal: float, rest: float) -> str:
        return regime(reversal, rest, self._threshold, self.definitions.shunting_band)

    def _clamped_reversal(self, free: Array, command: float, length: float, events: Sequence[Events]) -> Array:
        """Return E_GABA (K,) while the membrane is held, from that of a free one where chloride does not move."""
        if self.clamped is None:
            return free
        own = dict(zip(self.system.parameter_names, self.parameters, strict=True)) | {CLAMP: command}
        rests = dict(zip(self.system.state_names, self._settled, strict=True))
        done = follow(
            self.clamped,
            duration=round(length / self.step) * self.step,
            step=self.step,
            parameters=np.array([[own[name] for name in self.clamped.parameter_names]]),
            initial=np.array([[rests[name] for name in self.clamped.state_names]]),
            events=events,
            watch=CHLORIDE,
            every=8 * self.step,
        ).require_complete()
        return done.outputs(["gaba.reversal"])["gaba.reversal"][0]

    def _follow(
        self, currents: Array, duration: float, *, events: Sequence[Events] = (), every: float | None = None
    ) -> FixedSteps:
        """Follow one cell for each current (pA), which stands from the start on."""
        cells = len(currents)
        parameters = np.tile(self.parameters, (cells, 1))
        parameters[:, self._place("stimulus.holding")] = currents
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

    def _gain(self, rheobase: float, duration: float) -> float:
        """Return the slope of the mean rate, Hz/pA."""
        currents = rheobase * np.linspace(self.definitions.gain_from, self.definitions.gain_to, _GAIN_POINTS)
        rates = [1e3 * len(times) / duration for times in self._steps(currents, duration).spikes]
        return float(np.polyfit(currents, rates, 1)[0])

    @functools.cached_property
    def _threshold(self) -> float:
        """The voltage at which the first spike begins, mV, by the slopes of the equations at every step."""
        current = self.definitions.threshold_current * self._rheobase(_THRESHOLD_RUN)
        done = self._follow(np.array([current]), _THRESHOLD_RUN, every=self.step)
        states = np.stack([done.courses[name][0] for name in self.system.state_names], axis=-1)
        parameters = np.tile(done.parameters, (len(states), 1))
        slopes = self.system.derivative(0.0, states, parameters, np.zeros((len(states), 0)))
        place = self.system.state_names.index(VOLTAGE)
        return spike_onset(done.times, states[:, place], slopes[:, place], self.definitions)

    def _input_resistance(self) -> float:
        length = math.ceil(1000.0 / self.step) * self.step
        done = self._follow(np.array([0.0, self.definitions.probe_current]), length, every=length)
        voltage = done.courses[VOLTAGE][:, -1]
        return float((voltage[1] - voltage[0]) / self.definitions.probe_current * 1e3)

    def _recording(
        self,
        kind: str,
        title: str,
        columns: Mapping[str, Array],
        scalars: Mapping[str, float | str],
        named: Mapping[str, str],
        notes: tuple[str, ...] = (),
    ) -> Recording:
        steroid = f", {self.steroid:g} nmol/L steroid" if self.steroid else ""
        steroid += self.synapse.words(self.steroid)
        whole = f"{title}: {self.name} ({self.variant}), {self.ambient:g} umol/L GABA{steroid}"
        return Recording(kind, whole, columns, scalars, named, self.ledger, notes)


_MOST_CURRENT: Final = 1e5
"""pA; a cell that does not fire with it is given up, and no curve goes further."""
_MOST_POTENTIAL: Final = 1000.0
"""mV; membranes break down at a third of it."""
_MOST_POINTS: Final = 10_000
"""Of a curve; a cell is followed for each."""
_MOST_EVENTS: Final = 10_000
_GAIN_POINTS: Final = 16
"""Currents through whose rates the line of the gain goes; one bundle of cells or two."""
_LONGEST_RUN: Final = 1e5
"""ms; at the default step a run of that length takes seconds and some 100 MB."""
_BEFORE: Final = 5.0
"""ms of rest before the first event."""
_LEAST_AFTER: Final = 150.0
"""ms after the last event, in which the potential comes back too."""
_FADED: Final = 16.0
"""Time constants after which an event counts as over: e^-16 is 1e-7."""
_THRESHOLD_RUN: Final = 200.0
"""ms of current in which the threshold is looked for."""


def _instant(times: Array) -> float:
    return 1e3 / float(times[1] - times[0]) if len(times) == 2 else 0.0


def _falls(times: Array, size: Array) -> float:
    """Return the time from the peak to 1/e of it, ms; NaN where it is not reached."""
    below = np.nonzero(size < size[0] / math.e)[0]
    if not len(below) or size[0] == 0.0:
        return math.nan
    last = int(below[0])
    share = (size[last - 1] - size[0] / math.e) / (size[last - 1] - size[last])
    return float(times[last - 1] + share * (times[last] - times[last - 1]) - times[0])
