"""Which variant of each card the model is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ModelChoice(BaseModel):
    """Which variant of each card the model is made of; None takes the card's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pharmacokinetics: str | None = Field(default=None, description="variant of the card 'brexanolone'")
    brain_link: str | None = Field(default=None, description="variant of the card 'brain-link'")
    gamma_receptor: str | None = Field(default=None, description="variant of the card 'a1b2g2'")
    delta_receptor: str | None = Field(default=None, description="variant of the card 'a4b2d'")
    mood: str | None = Field(default=None, description="variant of the card 'hamd17'")
    sedation: str | None = Field(default=None, description="variant of the card 'sedation'")
