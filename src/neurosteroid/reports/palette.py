"""One colour and one line pattern for each protocol, the same in every figure and table of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.dosing import Arm, Protocol

TEXT: Final = "#1c2430"
MUTED: Final = "#5a6472"
HAIRLINE: Final = "#d9dee4"

Dashes = tuple[float, tuple[float, ...]]

# after Okabe and Ito's colour-blind safe set, darkened until text in them reads on white (contrast 4.5 and above)
_COLOURS: Final = ("#0a5c9e", "#b04a00", "#00705a", "#8c3f78", "#7a5c00", "#4b4fa8")
_DASHES: Final[Sequence[Dashes]] = ((0, ()), (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.4, 1.2, 1.4)))
_NO_DRUG: Final = "#66707c"


@final
@dataclass(frozen=True)
class Look:
    """How a protocol is drawn: a colour, and a pattern so that it also reads without colour."""

    colour: str
    dashes: Dashes


def looks(given: Sequence[Arm | Protocol]) -> Mapping[str, Look]:
    """Return the look of each arm or protocol by name; grey and dotted is kept for those that give nothing."""
    found: dict[str, Look] = {}
    place = 0
    for each in given:
        if each.given if isinstance(each, Arm) else each.steps:
            round_ = place // len(_COLOURS)
            dashes = _DASHES[(0, 1, 3)[(place + round_) % 3]]
            found[each.name] = Look(_COLOURS[place % len(_COLOURS)], dashes)
            place += 1
        else:
            found[each.name] = Look(_NO_DRUG, _DASHES[2])
    return found
