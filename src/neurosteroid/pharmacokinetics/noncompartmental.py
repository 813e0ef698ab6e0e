"""Noncompartmental analysis: exposure and half-life read off the curve, without a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.areas import area_between, last_positive_time
from neurosteroid.pharmacokinetics.profiles import Array, read_profiles
from neurosteroid.pharmacokinetics.terminal import TerminalVerdict, terminal_phase


@dataclass(frozen=True)
class NoncompartmentalResult:
    """What a curve says by itself; every array has the shape of the people, () for a single profile.

    Units follow the input: C is the concentration unit, A the amount unit of the dose.

    Attributes:
        cmax: highest sample, C.
        tmax: its time (the first, when several are equal), h.
        last_time: time of the last positive sample, h.
        last_concentration: the last positive sample, C.
        auc_last: area from the first to the last positive sample, C h.
        lambda_z: terminal rate constant, 1/h.
        half_life: ln 2 / lambda_z, h.
        adjusted_r_squared: of the terminal regression.
        terminal_points: samples in the terminal regression; 0 where there is none.
        terminal_start: time of the earliest of them, h.
        auc_infinity: auc_last + last_concentration / lambda_z, C h.
        extrapolated_share: part of auc_infinity beyond the last sample, 0 to 1.
        clearance: dose / auc_infinity, A/(C h); NaN without a dose.
        terminal_volume: clearance / lambda_z, A/C; NaN without a dose.
        verdict: one `TerminalVerdict` a person, in flat order: why there is no half-life where there is none.
    """

    cmax: Array
    tmax: Array
    last_time: Array
    last_concentration: Array
    auc_last: Array
    lambda_z: Array
    half_life: Array
    adjusted_r_squared: Array
    terminal_points: NDArray[np.int64]
    terminal_start: Array
    auc_infinity: Array
    extrapolated_share: Array
    clearance: Array
    terminal_volume: Array
    verdict: tuple[TerminalVerdict, ...]


def analyse_noncompartmental(
    time: ArrayLike,
    concentration: ArrayLike,
    *,
    dose: ArrayLike | None = None,
    infusion_end: ArrayLike = -np.inf,
    lower_limit: float | None = None,
) -> NoncompartmentalResult:
    """Analyse concentration-time profiles without a model; people side by side.

    Args:
        time: h since the first dose, shape (K,) or (..., K), rising.
        concentration: shape (..., K), any one unit; NaN is a missing sample.
        dose: total amount given, one or per person.
        infusion_end: end of the last input, h, one or per person; samples up to it are kept out of the terminal slope.
        lower_limit: lower limit of quantification in the concentration unit; see `read_profiles`.

    Raises:
        InputError: see `read_profiles`; or a dose that is not positive.

    Source:
        Areas by linear-up log-down (`area`); terminal slope by the rule of `terminal_phase`.
    """
    profiles = read_profiles(time, concentration, lower_limit=lower_limit)
    people = profiles.count.shape
    some = profiles.count > 0
    highest = np.argmax(np.where(profiles.usable, profiles.concentration, -np.inf), axis=1)
    rows = np.arange(people[0])
    cmax = np.where(some, profiles.concentration[rows, highest], np.nan)
    tmax = np.where(some, profiles.time[rows, highest], np.nan)
    last_time = last_positive_time(profiles)
    last = profiles.concentration[rows, np.maximum(profiles.last_positive, 0)]
    auc_last = area_between(profiles, profiles.time[:, 0], last_time)
    phase = terminal_phase(profiles, tmax, _per_person(infusion_end, profiles.shape))
    beyond = last / phase.rate
    auc_infinity = auc_last + beyond
    amount = np.full(people, np.nan) if dose is None else _positive(_per_person(dose, profiles.shape))
    clearance = amount / auc_infinity
    quantities = {
        "cmax": cmax,
        "tmax": tmax,
        "last_time": np.where(profiles.last_positive >= 0, last_time, np.nan),
        "last_concentration": np.where(profiles.last_positive >= 0, last, np.nan),
        "auc_last": auc_last,
        "lambda_z": phase.rate,
        "half_life": np.log(2.0) / phase.rate,
        "adjusted_r_squared": phase.adjusted_r_squared,
        "terminal_start": phase.first_time,
        "auc_infinity": auc_infinity,
        "extrapolated_share": beyond / auc_infinity,
        "clearance": clearance,
        "terminal_volume": clearance / phase.rate,
    }
    return NoncompartmentalResult(
        **{name: profiles.restored(values) for name, values in quantities.items()},
        terminal_points=profiles.restored(phase.points),
        verdict=phase.verdict,
    )


def _per_person(values: ArrayLike, shape: tuple[int, ...]) -> Array:
    try:
        return np.array(np.broadcast_to(np.asarray(values, dtype=float), shape)).reshape(-1)
    except ValueError as error:
        raise InputError(
            f"values of shape {np.shape(values)} do not fit people of shape {shape}; give one, or one per person.",
            where="dose, infusion_end",
        ) from error


def _positive(dose: Array) -> Array:
    if not (np.isfinite(dose) & (dose > 0)).all():
        raise InputError("a dose is a positive amount; leave `dose` out where none was given.", where="dose")
    return dose
