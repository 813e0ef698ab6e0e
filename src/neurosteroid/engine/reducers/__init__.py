"""What is kept of many people when their courses are not: counts, sums and extremes that can be merged.

Every reducer gives the same result whatever the order in which people are added or reducers are merged, so a study does
not depend on its workers. None of them knows what the numbers mean.
"""

from neurosteroid.engine.reducers.exact import ExactQuantiles
from neurosteroid.engine.reducers.fold import Fold
from neurosteroid.engine.reducers.moments import join_moments, moments
from neurosteroid.engine.reducers.outlines import Points, outlines
from neurosteroid.engine.reducers.passages import first_time_within, hours_within
from neurosteroid.engine.reducers.sketch import QuantileSketch
from neurosteroid.engine.reducers.spans import within_span

__all__ = [
    "ExactQuantiles",
    "Fold",
    "Points",
    "QuantileSketch",
    "first_time_within",
    "hours_within",
    "join_moments",
    "moments",
    "outlines",
    "within_span",
]
