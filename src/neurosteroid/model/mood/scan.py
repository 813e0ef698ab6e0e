"""What an explanation would need: where mood would be worst for values of its least known number."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

import numpy as np

from neurosteroid import units
from neurosteroid.engine import AbstractPart
from neurosteroid.errors import CardError, InputError
from neurosteroid.evidence import library
from neurosteroid.model.checked import whole
from neurosteroid.model.mood.comparison import worst_window
from neurosteroid.model.mood.hypotheses import MoodHypothesis
from neurosteroid.model.mood.preparation import KIND, PLAIN, Preparation
from neurosteroid.model.mood.run import read_out
from neurosteroid.model.mood.turning import located
from neurosteroid.model.recording import Recording

_LEVELS: Final = (0.0, 0.5, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 5.0, 10.0)
"""nmol/L in serum; the worst level is searched for between the neighbours of the highest."""
_INTERNEURON: Final = "interneuron"
_MOST_POINTS: Final = 200


def scanned(hypothesis: MoodHypothesis, points: int, between: tuple[str, str] | None = None) -> Recording:
    """Return worst level and height of a U for values of the number that the card names; see `MoodHypothesis.scan`."""
    points = whole(points, "points", 2, _MOST_POINTS)
    if hypothesis.name == PLAIN:
        raise InputError("there is no number to try without a hypothesis; name one.")
    card, variant = library().card(hypothesis.name, KIND), hypothesis.variant or None
    chosen = card.variant(variant).settings
    if "scan_field" not in chosen:
        able = [name for name, each in card.variants.items() if "scan_field" in each.settings]
        raise InputError(
            f"the variant '{hypothesis.variant}' of '{card.name}' tries no number; take {' or '.join(able)}.",
            where="variant",
        )
    made, role, field = hypothesis.preparation(), chosen["scan_part"], chosen["scan_field"]
    unit = _unit(made, role, field)
    low, high = (made.ledger.take(card, key, unit, variant) for key in ("scan_low", "scan_high"))
    if between is not None:
        low, high = _ends(between, unit)
    values = np.geomspace(low, high, points)
    turns = []
    for value in values:
        changed = _with(made, role, field, float(value))
        found = read_out(changed, _LEVELS)
        firing = (float(found.interneuron_rate[0]), float(found.interneuron_rate[-1]))
        turns.append((*located(changed, found)[:2], float(found.excitability[4]), *firing))
    worst, height, middle, before, after = np.array(turns).T
    ends = worst_window()
    inside = (height > 0) & (worst >= ends[0]) & (worst <= ends[1])
    name = field.replace("_", " ")
    columns = {
        name: values,
        "worst level": worst,
        "height": height,
        "at 1.75 nmol/L": middle,
        "interneuron rate at 0": before,
        "interneuron rate at 10": after,
    }
    scalars: dict[str, float | str] = {
        "number": f"{name} of the {role}",
        "inside the window": ", ".join(f"{value:.3g} {unit}" for value in values[inside]) or "none of the values",
    }
    named = {name: unit, "worst level": "nmol/L", "height": "percent", "at 1.75 nmol/L": "percent"}
    named |= {"interneuron rate at 0": "Hz", "interneuron rate at 10": "Hz"}
    note = (
        "Height is excitability at the worst level less the higher of those at 0 and 10 nmol/L; 0 is no U.",
        "The interneuron is driven alike whatever is tried; where it is silent, steroid takes nothing away.",
    )
    title = f"What it would need: {hypothesis.label}, {name} from {low:g} to {high:g} {unit}"
    return Recording("scan", title, columns, scalars, named | dict.fromkeys(scalars, "1"), made.ledger, note)


def _ends(between: tuple[str, str], unit: str) -> tuple[float, float]:
    low, high = (units.parse(each, unit, where="between") for each in between)
    if not 0 < low < high:
        raise InputError(
            f"the ends are {low:g} and {high:g} {unit}; give two above 0, the lower one first.", where="between"
        )
    return low, high


def _part(made: Preparation, role: str) -> AbstractPart:
    if role == _INTERNEURON:
        return made.interneuron.parts["gaba"]
    if role not in made.slow:
        raise CardError(
            f"there is no part '{role}'; {', '.join(made.slow)} or {_INTERNEURON} is needed.", where="scan_part"
        )
    return made.slow[role]


def _unit(made: Preparation, role: str, field: str) -> str:
    for each in fields(_part(made, role)):
        if each.name == field:
            return str(each.metadata["unit"])
    raise CardError(f"the part '{role}' has no number '{field}'.", where="scan_field")


def _with(made: Preparation, role: str, field: str, value: float) -> Preparation:
    change: dict[str, Any] = {field: value}
    part = replace(_part(made, role), **change)
    if role == _INTERNEURON:
        return replace(made, interneuron=replace(made.interneuron, parts={**made.interneuron.parts, "gaba": part}))
    return replace(made, slow={**made.slow, role: part})
