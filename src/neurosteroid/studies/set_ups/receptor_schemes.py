"""What a rig measures on a Markov scheme: peaks, decays, dose-response curves, steady states and open times."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from neurosteroid import units
from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Reproduces
from neurosteroid.receptors.kinetics import Scheme, scheme_from_card
from neurosteroid.receptors.kinetics.dwell_theory import open_times, times_between_openings
from neurosteroid.receptors.kinetics.stimulus import concentration


def _in_unit(found: Mapping[str, tuple[float, str]], entry: Reproduces) -> float:
    if entry.metric not in found:
        raise unknown_name("metric", entry.metric, found, where=f"{entry.name}: metric")
    value, unit = found[entry.metric]
    return float(units.convert(float(value), unit, entry.observed.unit))


def _text(entry: Reproduces, key: str, otherwise: str = "") -> str:
    text = str(entry.arguments.get(key, otherwise))
    if not text:
        raise CardError(f"the argument '{key}' is missing.", where=entry.name)
    return text


def jump(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``peak``, ``area_over_peak`` (ms) or ``rise`` (10 to 90 %, ms) of the answer to a pulse."""
    pulse = _text(entry, "pulse")
    found = scheme_from_card(card, variant).jump(pulse, until=_text(entry, "until", "1500 ms"))
    return _in_unit(
        {"peak": (found.peak, "1"), "area_over_peak": (found.area_over_peak, "ms"), "rise": (found.rise, "ms")}, entry
    )


def pulse_ratio(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the peak of a ``short`` pulse over that of a ``long`` one."""
    scheme = scheme_from_card(card, variant)
    short, long = (scheme.jump(_text(entry, key)).peak for key in ("short", "long"))
    return _in_unit({"peak": (short / long, "1")}, entry)


def steroid_like(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return decay (``tau``), ``peak`` or steady open probability (``ambient``) with rates multiplied, over without."""
    plain = scheme_from_card(card, variant)
    factor = float(entry.arguments["factor"])
    changed = plain.with_rates(**dict.fromkeys(_text(entry, "rates").split(), factor))

    def measured(scheme: Scheme) -> dict[str, float]:
        answer = scheme.jump(_text(entry, "pulse"), until=_text(entry, "until"), step="1 ms")
        ambient = scheme.open_probability(_text(entry, "gaba"))
        return {"tau": answer.area_over_peak, "peak": answer.peak, "ambient": ambient}

    with_, without = measured(changed), measured(plain)
    return _in_unit({name: (with_[name] / without[name], "1") for name in with_}, entry)


def dose_response(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``ec50`` and ``maximum`` of the peak, or its share of the maximum at ``gaba`` (``share_at``)."""
    found = scheme_from_card(card, variant).dose_response([_text(entry, "gaba", "1 mmol/L")])
    return _in_unit(
        {
            "ec50": (found.half_effective_concentration, "umol/L"),
            "maximum": (found.maximum, "1"),
            "share_at": (float(found.peaks[0]) / found.maximum, "1"),
        },
        entry,
    )


def steady(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``open`` probability at steady state in ``gaba``."""
    return _in_unit({"open": (scheme_from_card(card, variant).open_probability(_text(entry, "gaba")), "1")}, entry)


def deactivation(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``weighted`` or the ``slowest_fitted`` time constant (ms) of the decay after a pulse."""
    found = scheme_from_card(card, variant).deactivation(
        _text(entry, "pulse"), until=_text(entry, "until"), components=int(entry.arguments["components"])
    )
    slowest = float(found.fit.time_constants[-1])
    return _in_unit({"weighted": (found.fit.weighted, "ms"), "slowest_fitted": (slowest, "ms")}, entry)


def desensitisation(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``extent``, what is ``left`` or the ``weighted`` time constant (ms) of the decay in constant agonist."""
    found = scheme_from_card(card, variant).desensitisation(
        _text(entry, "gaba"), _text(entry, "duration"), components=int(entry.arguments["components"])
    )
    return _in_unit(
        {"extent": (found.extent, "1"), "left": (1.0 - found.extent, "1"), "weighted": (found.fit.weighted, "ms")},
        entry,
    )


def fastest_rise(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``rate`` at which the current rises at saturating agonist: over its 10 to 90 %, as one exponential."""
    found = scheme_from_card(card, variant).jump("1 mol/L for 50 ms at 0 ms", until="50 ms", step="1 ms")
    return _in_unit({"rate": (np.log(9.0) / found.rise, "1/ms")}, entry)


def open_time(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``first`` or ``second`` of the two open time constants (ms) that most openings have in ``gaba``."""
    found = open_times(scheme_from_card(card, variant), concentration(_text(entry, "gaba"), where=entry.name))
    first, second = found.largest(2)
    return _in_unit({"first": (first, "ms"), "second": (second, "ms")}, entry)


def shut_time(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the ``slow`` of the two time constants (ms) of most shut times, without GABA, that begin in ``state``."""
    found = times_between_openings(scheme_from_card(card, variant), _text(entry, "state"))
    return _in_unit({"slow": (found.largest(2)[1], "ms")}, entry)


SET_UPS = {
    "scheme-jump": jump,
    "scheme-pulse-ratio": pulse_ratio,
    "scheme-steroid-like": steroid_like,
    "scheme-dose-response": dose_response,
    "scheme-steady": steady,
    "scheme-deactivation": deactivation,
    "scheme-desensitisation": desensitisation,
    "scheme-fastest-rise": fastest_rise,
    "scheme-open-times": open_time,
    "scheme-shut-times": shut_time,
}
