"""Progesterone given by mouth, in the vagina, into muscle, under the skin or into a vein: the body's own pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.variability import CorrelatedNormal
from neurosteroid.pharmacokinetics.oil_depot import RELEASE, dosed_state

_CARD: Final = "progesterone-routes"
_ROUTES: Final = ("oral", "vaginal", "intramuscular", "subcutaneous")
_NAME: Final = "progesterone"
_SPREADS: Final[Mapping[str, str]] = {
    "variance_availability": "eta_availability",
    "variance_absorption": "eta_absorption",
    "variance_lag": "eta_lag",
}
"""Number of a route's variant, where it has one, to the parameter of its depot."""


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return one depot a route, in the vagina of the chosen form, with how women differ in it.

    The synthesis pathway holds what comes out of them.
    """
    card = library().card(_CARD, "pharmacokinetics")
    forms = {route: route for route in _ROUTES} | {"vaginal": situation.choice.vaginal_progesterone or "vaginal"}
    in_oil = [route for route, form in forms.items() if RELEASE in card.variant(form).numbers]
    states = {route: dosed_state(route, card.variant(form).numbers) for route, form in forms.items()}
    parts = {f"{_NAME}_{route}": part_from_card(card, form, ledger, route=route) for route, form in forms.items()}
    parts |= {
        f"{_NAME}_oil_{route}": part_from_card(card, forms[route], ledger, kind="oil-depot", route=route)
        for route in in_oil
    }
    effects = tuple(
        CorrelatedNormal((f"{_NAME}_{route}.{eta}",), ((ledger.take(card, key, "1", form),),))
        for route, form in forms.items()
        for key, eta in _SPREADS.items()
        if key in card.variant(form).numbers
    )
    notes = (card.note, *(card.variant(form).note for form in forms.values()))
    return Contribution(
        parts=parts,
        dose_states={_NAME: {**states, "intravenous": f"central.{_NAME}"}},
        effects=effects,
        limits=tuple(note for note in notes if note),
    )


BODY: Final = Body(contribute=contribute, compounds=(_NAME,), requires=("pathway",))
