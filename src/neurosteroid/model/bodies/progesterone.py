"""Progesterone given by mouth, in the vagina, into muscle, under the skin or into a vein: the body's own pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.variability import CorrelatedNormal

_CARD: Final = "progesterone-routes"
_ROUTES: Final = ("oral", "vaginal", "intramuscular", "subcutaneous")
_NAME: Final = "progesterone"
_SPREADS: Final[Mapping[str, str]] = {
    "variance_availability": "eta_availability",
    "variance_absorption": "eta_absorption",
}
"""Number of a route's variant, where it has one, to the parameter of its depot."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return one depot a route, in the vagina of the chosen form, with how women differ in it.

    The synthesis pathway holds what comes out of them.
    """
    card = library().card(_CARD, "pharmacokinetics")
    states = {route: f"depot.{route}.{_NAME}" for route in _ROUTES}
    forms = {route: route for route in _ROUTES} | {"vaginal": situation.choice.vaginal_progesterone or "vaginal"}
    effects = tuple(
        CorrelatedNormal((f"{_NAME}_{route}.{eta}",), ((ledger.take(card, key, "1", form),),))
        for route, form in forms.items()
        for key, eta in _SPREADS.items()
        if key in card.variant(form).numbers
    )
    notes = (card.note, *(card.variant(form).note for form in forms.values()))
    return Contribution(
        parts={f"{_NAME}_{route}": part_from_card(card, form, ledger, route=route) for route, form in forms.items()},
        dose_states={_NAME: {**states, "intravenous": f"central.{_NAME}"}},
        effects=effects,
        limits=tuple(note for note in notes if note),
    )


BODY: Final = Body(contribute=contribute, compounds=(_NAME,), requires=("pathway",))
