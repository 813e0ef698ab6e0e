"""Meals by name: how much fat a dose by mouth is taken with."""

from __future__ import annotations

from typing import Final

from neurosteroid.evidence import Ledger, library

DEFAULT_MEAL: Final = "moderate-fat"
"""The meal of a dose by mouth that names none: what drug labels ask for."""

FAT: Final = "meal.fat"
"""The covariate that records carry for a dose with a meal, kcal."""

FASTED: Final = "fasted"


def meal_fat(meal: str | None, ledger: Ledger | None = None) -> float:
    """Return the energy of the fat in a named meal, kcal; that of `DEFAULT_MEAL` for None.

    Args:
        meal: a variant of the card 'meals', such as ``"high-fat"``.
        ledger: records the number taken.

    Raises:
        UnknownNameError: no meal of that name; names the close ones.
    """
    card = library().card("meals", "pharmacokinetics")
    return (ledger or Ledger()).take(card, "fat", "kcal", meal or DEFAULT_MEAL)
