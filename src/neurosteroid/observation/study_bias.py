"""The bias of studies, from what several of them read in the same states.

A linear mixed model of logarithms:

    ln y = level(state) + [m + b(study)],    b ~ N(0, between^2), rest ~ N(0, within^2)

The bracket is 0 in studies of the reference method; exp(m) is what the median study by another method reads of it, and
exp(b) the bias of one study beside that. Levels of states are free, so that no model of the hormones takes part. What
differs between the people of two studies of one state counts as bias too: nothing in such data tells the two apart.

Spreads are those of highest restricted likelihood times `between`. With few studies the plain restricted likelihood is
often highest at 0, which would claim that studies do not differ; that factor (a gamma prior of shape 2 without scale)
avoids it and costs about one standard error at most (Chung and others 2013).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]
_STARTS: Final = (0.1, 0.3)  # SDs of logarithms from which the search sets out
_FEWEST_ROWS: Final = 2  # of a study, below which its bias is its one residual


@final
@dataclass(frozen=True)
class StudyBiases:
    """What `study_biases` finds.

    Attributes:
        bias: study to what it reads over the typical study, 1 is none: the nearer to 1 the less its rows say.
        log_se: study to the standard error of ln(bias).
        slope: what the typical study reads of the reference; 1 by definition where there is none.
        slope_log_se: standard error of ln(slope); 0 where there is no reference.
        between_log_sd: standard deviation of ln(bias) between studies.
        within_log_sd: standard deviation of what is left, between rows of one study.
        level: state to its level on the reference scale, in the unit of the values.
    """

    bias: Mapping[str, float]
    log_se: Mapping[str, float]
    slope: float
    slope_log_se: float
    between_log_sd: float
    within_log_sd: float
    level: Mapping[str, float]


def study_biases(
    values: Sequence[float], states: Sequence[str], studies: Sequence[str], reference: Sequence[str] = ()
) -> StudyBiases:
    """Return the bias of each study that is not of the reference method.

    Args:
        values: what was read, above 0, on the typical scale of its assay: less its floor and over its slope.
        states: in which, by name, as long as `values`.
        studies: by which study.
        reference: studies of the reference method, whose bias is none by definition.

    Raises:
        InputError: lists of different lengths, a value that is not above 0, a study with fewer than two rows that is no
            reference, no study at all, too few rows to tell biases from levels, or studies that share no states, so
            that nothing tells them from one another.
    """
    _check(values, states, studies, reference)
    places, names = sorted(set(states)), sorted(set(studies) - set(reference))
    level = np.array([[state == place for place in places] for state in states], dtype=float)
    effect = np.array([[study == name for name in names] for study in studies], dtype=float)
    known = any(study in reference for study in studies)
    fixed = np.column_stack([level, effect.sum(axis=1)]) if known else level
    if np.linalg.matrix_rank(fixed) < fixed.shape[1]:
        raise _unconnected(states, studies, reference)
    if np.linalg.matrix_rank(np.column_stack([fixed, effect])) == fixed.shape[1]:
        raise InputError(
            f"how far studies differ does not show in these rows: at least two of {', '.join(names)} must share states"
            " with each other or with the reference.",
            where="studies",
        )
    found = np.log(np.asarray(values, dtype=float))
    between, within = _spreads(found, fixed, effect)
    inverse = np.linalg.inv(_covariance(effect, between, within))
    spread = np.linalg.inv(fixed.T @ inverse @ fixed)
    means = spread @ fixed.T @ inverse @ found
    bias = between**2 * effect.T @ inverse @ (found - fixed @ means)
    projection = inverse - inverse @ fixed @ spread @ fixed.T @ inverse
    left = between**2 * np.eye(len(names)) - between**4 * effect.T @ projection @ effect
    return StudyBiases(
        bias=dict(zip(names, np.exp(bias).tolist(), strict=True)),
        log_se=dict(zip(names, np.sqrt(np.diag(left)).tolist(), strict=True)),
        slope=float(np.exp(means[-1])) if known else 1.0,
        slope_log_se=float(np.sqrt(spread[-1, -1])) if known else 0.0,
        between_log_sd=between,
        within_log_sd=within,
        level=dict(zip(places, np.exp(means[: len(places)]).tolist(), strict=True)),
    )


def _covariance(effect: Array, between: float, within: float) -> Array:
    return between**2 * effect @ effect.T + within**2 * np.eye(len(effect))


def _spreads(found: Array, fixed: Array, effect: Array) -> tuple[float, float]:
    """Return the standard deviations between studies and within them that are likeliest."""
    from scipy.optimize import minimize

    def deviance(logs: Array) -> float:
        covariance = _covariance(effect, *np.exp(logs))
        inverse = np.linalg.inv(covariance)
        information = fixed.T @ inverse @ fixed
        rest = found - fixed @ np.linalg.solve(information, fixed.T @ inverse @ found)
        sizes = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]
        return float(sizes + rest @ inverse @ rest - 2 * logs[0])

    best = min(
        (
            minimize(deviance, np.log([between, within]), method="L-BFGS-B", bounds=[(-7.0, 2.0)] * 2)
            for between in _STARTS
            for within in _STARTS
        ),
        key=lambda each: float(each.fun),
    )
    between, within = np.exp(best.x)
    return float(between), float(within)


def _check(values: Sequence[float], states: Sequence[str], studies: Sequence[str], reference: Sequence[str]) -> None:
    if not len(values) == len(states) == len(studies):
        raise InputError(
            f"{len(values)} values, {len(states)} states and {len(studies)} studies; give one of each for every row.",
            where="study_biases",
        )
    wrong = [value for value in values if not 0 < value < np.inf]
    if wrong:
        raise InputError(f"found {wrong[0]!r}; values above 0 are needed.", where="values")
    names = [name for name in dict.fromkeys(studies) if name not in reference]
    if not names:
        raise InputError("every study is of the reference method: there is no bias to find.", where="studies")
    few = [name for name in names if list(studies).count(name) < _FEWEST_ROWS]
    if few:
        raise InputError(f"'{few[0]}' has one row; its bias needs {_FEWEST_ROWS}. Leave it out.", where="studies")
    if len(values) <= len(set(states)) + 1:
        raise InputError(
            f"{len(values)} rows in {len(set(states))} states: studies must share states for their biases to show.",
            where="states",
        )


def _unconnected(states: Sequence[str], studies: Sequence[str], reference: Sequence[str]) -> InputError:
    """Return what is said where no state has both a study of the reference and another: any slope then fits."""
    rows = list(zip(states, studies, strict=True))
    sides = [
        (", ".join(sorted({study for _, study in side})), ", ".join(sorted({state for state, _ in side})))
        for side in (
            [row for row in rows if row[1] in reference],
            [row for row in rows if row[1] not in reference],
        )
    ]
    (theirs, where), (others, elsewhere) = sides
    return InputError(
        f"the reference ({theirs}; states: {where}) shares no state with the other studies ({others}; states:"
        f" {elsewhere}), so nothing ties them together. Add a row of both in one state, or leave `reference` out.",
        where="states",
    )
