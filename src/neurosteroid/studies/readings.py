"""Readings: set-ups put their predictions on the scale of the assay that measured the observed row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError
from neurosteroid.evidence import Reproduces
from neurosteroid.observation.assay_scale import bias_of, observe

OWN_BIAS: Final = "bias of the study"
"""Noted beside the assay where the bias is that of the row's own study and not the typical one's."""

_SEEN: Final[ContextVar[list[str] | None]] = ContextVar("assays read", default=None)


def read(
    entry: Reproduces, values: Mapping[str, ArrayLike], analyte: str, *, unit: str = "nmol/L"
) -> NDArray[np.float64]:
    """Return predicted concentrations of an analyte as the assay of an observed result reads them.

    Highest concentrations, areas and means are to be taken from what is returned, because the assay read the samples.
    A result without an assay gets the true concentrations. The argument ``study_bias = "no"`` leaves out the bias of
    the study: of a row that a part was fitted to as it stands.

    Args:
        entry: the result to bring out, with its assay and study.
        values: true concentrations by port name, all in `unit`, with those of what the assay also reads.
        analyte: port name of what was measured.
        unit: of the values and of what is returned.

    Raises:
        UnknownNameError: the assay has no scale for the analyte.
        InputError: a concentration that the assay reads is missing.
    """
    if analyte not in values:
        raise InputError(f"The concentration of {analyte} is missing.", where=entry.name)
    if entry.assay is None:
        return np.asarray(values[analyte], dtype=float)
    study = None if entry.arguments.get("study_bias") == "no" else entry.study
    found = observe(values, analyte, entry.assay, study, unit=unit)
    seen = _SEEN.get()
    if seen is not None:
        seen.append(entry.assay)
        if study is not None and bias_of(entry.assay, study, analyte) is not None:
            seen.append(OWN_BIAS)
    return found


@contextlib.contextmanager
def watched() -> Iterator[list[str]]:
    """Yield a list in which the assays read inside the block are noted, and whether with the bias of their study."""
    seen: list[str] = []
    token = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)
