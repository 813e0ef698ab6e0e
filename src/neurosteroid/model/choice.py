"""Which variant of each card the model is made of."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.evidence import library

DRIVER: Final = "excitability"
"""Setting of a variant of the card ``hamd17`` that reads a neuron: the variant of ``excitability`` that it needs."""

_CARDS: Final = {
    "pharmacokinetics": ("brexanolone", "pharmacokinetics"),
    "brain_link": ("brain-link", "pharmacokinetics"),
    "gamma_receptor": ("a1b2g2", "receptors"),
    "delta_receptor": ("a4b2d", "receptors"),
    "mood": ("hamd17", "outcomes"),
    "menstrual_cycle": ("menstrual-cycle", "physiology"),
    "follitropin": ("gonadotropins", "pharmacokinetics"),
    "dydrogesterone": ("progestins", "pharmacokinetics"),
    "sepranolone": ("sepranolone", "pharmacokinetics"),
    "sedation": ("sedation", "outcomes"),
    "sedation_by_potency": ("sedation-by-potency", "outcomes"),
    "gnrh_feedback": ("gnrh-feedback", "targets"),
    "neuroprotection": ("neuroprotection", "targets"),
    "excitability": ("excitability", "neurons"),
    "placenta": ("placenta", "physiology"),
    "stress": ("stress", "physiology"),
    "brain_synthesis": ("brain-synthesis", "pharmacokinetics"),
    "pathway": ("pathway", "physiology"),
    "zuranolone": ("zuranolone", "pharmacokinetics"),
    "ganaxolone": ("ganaxolone", "pharmacokinetics"),
    "rifampin": ("rifampin", "pharmacokinetics"),
    "men": ("steady-gonads", "physiology"),
    "vaginal_progesterone": ("progesterone-routes", "pharmacokinetics"),
}
"""Name and kind of the card whose variant a field names."""

_BEGINS: Final = {"vaginal_progesterone": "vaginal", "men": "men"}
"""First word of the variants that a field may name, where its card holds others too."""


class ModelChoice(BaseModel):
    """Which variant of each card the model is made of; None takes the card's default.

    A depression score that answers to neurons, such as ``mood="by-outward-block"``, brings the variant of
    `excitability` that its slope was fitted with.

    Raises:
        InputError: no such part of the model, or a variant that is not given by its name.
        UnknownNameError: a variant that its card does not have.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pharmacokinetics: str | None = Field(default=None, description="variant of the card 'brexanolone'")
    brain_link: str | None = Field(default=None, description="variant of the card 'brain-link'")
    brain_synthesis: str | None = Field(default=None, description="variant of the card 'brain-synthesis'")
    pathway: str | None = Field(default=None, description="variant of the card 'pathway'")
    gamma_receptor: str | None = Field(default=None, description="variant of the card 'a1b2g2'")
    delta_receptor: str | None = Field(default=None, description="variant of the card 'a4b2d'")
    mood: str | None = Field(default=None, description="variant of the card 'hamd17'")
    zuranolone: str | None = Field(default=None, description="variant of the card 'pharmacokinetics/zuranolone'")
    ganaxolone: str | None = Field(default=None, description="variant of the card 'pharmacokinetics/ganaxolone'")
    rifampin: str | None = Field(default=None, description="variant of the card 'rifampin' as a medicine taken beside")
    men: str | None = Field(default=None, description="variant of the card 'steady-gonads' for men")
    menstrual_cycle: str | None = Field(default=None, description="variant of the card 'physiology/menstrual-cycle'")
    follitropin: str | None = Field(
        default=None, description="variant of the card 'gonadotropins' for follitropin alfa"
    )
    dydrogesterone: str | None = Field(default=None, description="variant of the card 'progestins' for dydrogesterone")
    sepranolone: str | None = Field(default=None, description="variant of the card 'sepranolone', under the skin")
    sedation: str | None = Field(default=None, description="variant of the card 'sedation'")
    sedation_by_potency: str | None = Field(
        default=None, description="variant of the card 'sedation-by-potency' for zuranolone and ganaxolone"
    )
    gnrh_feedback: str | None = Field(default=None, description="variant of the card 'targets/gnrh-feedback'")
    neuroprotection: str | None = Field(default=None, description="variant of the card 'targets/neuroprotection'")
    excitability: str | None = Field(default=None, description="variant of the card 'neurons/excitability'")
    placenta: str | None = Field(default=None, description="variant of the card 'placenta'")
    stress: str | None = Field(default=None, description="variant of the card 'stress'")

    vaginal_progesterone: str | None = Field(
        default=None, description="variant of the card 'progesterone-routes' in the vagina: tablet, capsule or gel"
    )

    def __init__(self, **variants: str | None) -> None:
        if (driver := _driver(variants.get("mood"))) is not None:
            if (chosen := variants.get(DRIVER)) not in (None, driver):
                raise InputError(
                    f"the depression score '{variants['mood']}' reads the excitability '{driver}', with which its slope"
                    f" was fitted, and not '{chosen}'; leave excitability out, or choose another variant of mood.",
                    where="model: excitability",
                )
            variants[DRIVER] = driver
        try:
            super().__init__(**variants)
        except ValidationError as error:
            (key, *_), found = error.errors()[0]["loc"], error.errors()[0]["input"]
            if key not in type(self).model_fields:
                raise InputError(unknown_name("part", key, type(self).model_fields).message, where="model") from error
            raise InputError(f"{key} is {found!r}; give the name of a variant.", where="model") from error
        for key, (card, kind) in _CARDS.items():
            if (variant := getattr(self, key)) is None:
                continue
            known = [
                each
                for each in library().card(card, kind).variants
                if _BEGINS.get(key, each).split("-")[0] == each.split("-")[0]
            ]
            if variant not in known:
                raise unknown_name("variant", variant, known, where=f"model: {key}, card '{card}'")


def _driver(mood: str | None) -> str | None:
    """Return the variant of the card ``excitability`` that a variant of the depression score needs; None for others."""
    variants = library().card(*_CARDS["mood"]).variants
    return variants[mood].settings.get(DRIVER) if isinstance(mood, str) and mood in variants else None
