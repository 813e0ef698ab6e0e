"""Residual error: how a true concentration becomes a measured one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosteroid.errors import InputError


@dataclass(frozen=True)
class Measured:
    """Data as a laboratory reports them.

    Attributes:
        value: same unit and shape as the truth; the limit of quantification where censored.
        censored: whether the value lay below the limit of quantification.
    """

    value: NDArray[np.float64]
    censored: NDArray[np.bool_]


@final
@dataclass(frozen=True, kw_only=True)
class ProportionalError:
    """Error in proportion to the true value, with an optional lower limit of quantification.

        measured = true * (1 + standard_deviation * z),   z standard normal

    A value below the limit is reported as the limit and marked censored, as event tables expect (value = LLOQ,
    censored = 1). The rare draw below zero is reported as 0, and as censored when there is a limit.

    Attributes:
        standard_deviation: of the relative error, a fraction (0.27 is 27 %), 0 or more.
        lower_limit: of quantification, in the unit of the values; None where there is none.

    Raises:
        InputError: a negative or infinite standard deviation or limit.
    """

    standard_deviation: float
    lower_limit: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("standard_deviation", self.standard_deviation), ("lower_limit", self.lower_limit)):
            if value is not None and not (np.isfinite(value) and value >= 0):
                raise InputError(f"found {value!r}; a number of 0 or more is needed.", where=name)

    def measure(self, true: ArrayLike, generator: np.random.Generator) -> Measured:
        """Draw one measurement of each true value.

        Args:
            true: any shape, 0 or more, any one unit; NaN (no sample) stays NaN and is not censored.
            generator: the person's own residual stream; one draw is used for each value, so a value keeps its draw.

        Raises:
            InputError: a negative true value.
        """
        values = np.asarray(true, dtype=float)
        if np.any(values < 0):
            raise InputError(f"found {np.nanmin(values):g}; a true concentration is 0 or more.", where="true")
        drawn = np.maximum(values * (1 + self.standard_deviation * generator.standard_normal(values.shape)), 0.0)
        if self.lower_limit is None:
            return Measured(drawn, np.zeros(values.shape, dtype=bool))
        censored = drawn < self.lower_limit
        return Measured(np.where(censored, self.lower_limit, drawn), censored)
