"""What every cell is given from outside: injected current, and the GABA-A conductance on its membrane."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import Need

INPUTS: Final = (
    Need("current", "stimulus.current", "pA"),
    Need("conductance", "gaba.conductance", "nS"),
    Need("gaba_reversal", "gaba.reversal", "mV"),
    Need("area", "cell.area", "um^2"),
)
