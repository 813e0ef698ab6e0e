"""What a steroid at the receptors of a cell multiplies: the tonic conductance, and synaptic events by a scheme.

The receptors' room gives the multipliers, the neurons' room takes them; neither knows the other.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.errors import InputError
from neurosteroid.evidence import Choice, Ledger, library
from neurosteroid.evidence.lookup import Library
from neurosteroid.model.neuron_definitions import CARD
from neurosteroid.receptors.isoform import PEAK, STEADY, receptor
from neurosteroid.receptors.kinetics import scheme
from neurosteroid.receptors.kinetics import steroid as on_rates

STEROID: Final = "allopregnanolone"
_GABA: Final = "GABA"


@final
@dataclass(frozen=True, kw_only=True)
class Synapse:
    """How synaptic events are changed.

    Attributes:
        amplitude: multiplier of the peak.
        decay: multiplier of the decay time.
        origin: where they come from: scheme and hypothesis, ``given``, or nothing when both are 1.
    """

    amplitude: float = 1.0
    decay: float = 1.0
    origin: str = ""

    def words(self, steroid: float) -> str:
        """Return what a title says of them, with a steroid at a concentration (nmol/L) around."""
        if not self.origin:
            return " on the tonic conductance only" if steroid else ""
        return f"; synaptic amplitude x{self.amplitude:.3g}, decay x{self.decay:.3g} ({self.origin})"

    def notes(self, steroid: float) -> tuple[str, ...]:
        """Return the sentences a reader of a synaptic current needs."""
        if not steroid or self.origin:
            return ()
        return (
            "The steroid acts on the tonic conductance only: amplitude and decay of the synaptic events are those"
            " without it. Name a scheme (synapse) or give multipliers (amplitude, decay).",
        )


def tonic_multiplier(name: str, usual: float, around: float, steroid: float, ledger: Ledger) -> tuple[float, str]:
    """Return open probability at ambient GABA and steroid over that at the card's ambient GABA, and when it is read.

    A tonic current is a steady state, so desensitised receptors count where the card of the isoform knows of them;
    the peak stands in where it does not.

    Args:
        name: of the isoform.
        usual: ambient GABA of the card, umol/L.
        around: ambient GABA now, umol/L.
        steroid: nmol/L.
        ledger: records the numbers.
    """
    found = receptor(name)
    at = PEAK if found.open_desensitised_ratio is None else STEADY
    ledger.merge(found.taken((_GABA, STEROID), at))
    now, before = (
        float(found.probability({_GABA: gaba, STEROID: level}, at)) for gaba, level in ((around, steroid), (usual, 0.0))
    )
    return now / before, at


def synapse_with(
    steroid: float, chosen: str | None, hypothesis: str | None, amplitude: float, decay: float, ledger: Ledger
) -> Synapse:
    """Return how synaptic events change: what is given, times what a scheme says of the steroid.

    The scheme answers a pulse of the card ``experiments`` with and without steroid: the ratio of the peaks multiplies
    the amplitude, that of area over peak the decay.

    Args:
        steroid: nmol/L.
        chosen: scheme, or None for none.
        hypothesis: which rates the steroid changes; the card's default when None.
        amplitude: given multiplier.
        decay: given multiplier.
        ledger: records the numbers, and the hypothesis as a choice.

    Raises:
        InputError: a hypothesis without a scheme.
        UnknownNameError: no such scheme or hypothesis.
    """
    given = "given" if (amplitude, decay) != (1.0, 1.0) else ""
    if chosen is None:
        if hypothesis is not None:
            raise InputError(
                f"the hypothesis '{hypothesis}' needs a scheme to act on. Name one, such as 'jones-westbrook'.",
                where="synapse",
            )
        return Synapse(amplitude=amplitude, decay=decay, origin=given)
    plain = scheme(chosen)
    changed = plain.with_steroid(f"{steroid!r} nmol/L {STEROID}", hypothesis)
    card, applied = library().card(CARD, "neurons"), hypothesis or on_rates.hypotheses()[0]
    level = ledger.take(card, "cleft_concentration", "mmol/L")
    duration, until = (ledger.take(card, key, "ms") for key in ("cleft_duration", "cleft_response"))
    pulse = f"{level!r} mmol/L for {duration!r} ms at 0 ms"
    peak, area_over_peak = _plain_answer(chosen, pulse, f"{until!r} ms", library())
    answer = changed.jump(pulse, until=f"{until!r} ms", step="1 ms")
    ledger.merge(changed.ledger)
    ledger.choose(
        Choice(
            f"{on_rates.CARD}.{applied}",
            f"the steroid changes the rates {' '.join(changed.steroid.factors) if changed.steroid else ''}",
            "Which rate constants a steroid changes is a hypothesis; rival ones are variants of the card.",
        )
    )
    return Synapse(
        amplitude=amplitude * answer.peak / peak,
        decay=decay * answer.area_over_peak / area_over_peak,
        origin=f"{plain.name}, {applied}" + (f", {given}" if given else ""),
    )


@functools.lru_cache(maxsize=8)
def _plain_answer(chosen: str, pulse: str, until: str, shelf: Library) -> tuple[float, float]:
    """Return peak and area over peak of a scheme's answer without steroid; kept for the library at hand."""
    found = scheme(chosen).jump(pulse, until=until, step="1 ms")
    return found.peak, found.area_over_peak
