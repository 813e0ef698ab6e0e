"""What the explanations of the mood curve are read on, and what each puts in the place of a part."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, final

from neurosteroid.engine import AbstractPart, System, wire
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.directed_gaba import DirectedGabaInput
from neurosteroid.neurons.stimulus import CurrentStep

KIND: Final = "hypotheses"
COMMON: Final = "common-preparation"
PLAIN: Final = "none"
"""The name of the reference: no hypothesis."""
_NEURONS: Final = "neurons"


@final
@dataclass(frozen=True, kw_only=True)
class Common:
    """The card of the common preparation, read.

    Attributes:
        principal: card of the cell whose excitability is read.
        interneuron: card of the cells that inhibit it.
        synapse: scheme that says what the steroid does to synaptic events.
        interneurons: how many.
        interneuron_drive: multiple of the interneuron's rheobase without steroid.
        principal_drive: the same of the pyramidal cell.
        step_duration: ms, of the steps that find a rheobase.
        firing_duration: ms, of the runs that give rates.
        exposure: h of one level before the read-out.
    """

    principal: str
    interneuron: str
    synapse: str
    interneurons: float
    interneuron_drive: float
    principal_drive: float
    step_duration: float
    firing_duration: float
    exposure: float


def common(ledger: Ledger) -> Common:
    """Return the common preparation, every number of it recorded."""
    card = library().card(COMMON, KIND)
    chosen = card.variant(None).settings
    return Common(
        principal=chosen["principal"],
        interneuron=chosen["interneuron"],
        synapse=chosen["synapse"],
        interneurons=ledger.take(card, "interneurons", "1"),
        interneuron_drive=ledger.take(card, "interneuron_drive", "1"),
        principal_drive=ledger.take(card, "principal_drive", "1"),
        step_duration=ledger.take(card, "step_duration", "ms"),
        firing_duration=ledger.take(card, "firing_duration", "ms"),
        exposure=ledger.take(card, "exposure", "h"),
    )


@functools.lru_cache(maxsize=64)
def wired(parts: tuple[tuple[str, AbstractPart], ...]) -> System:
    """Return the system of parts by role; the same parts are wired once."""
    return wire(dict(parts))


@final
@dataclass(frozen=True)
class Cell:
    """A cell and the cards that its parts came from.

    Attributes:
        name: of its card.
        parts: by role; ``gaba`` and ``chloride`` are what explanations replace.
        gaba_card: of its GABA-A input.
        gaba_variant: of that card.
    """

    name: str
    parts: Mapping[str, AbstractPart]
    gaba_card: Card
    gaba_variant: str

    @property
    def receptor(self) -> str:
        """Isoform of its tonic conductance."""
        return self.gaba_card.variant(self.gaba_variant).settings["receptor"]

    def ambient(self, ledger: Ledger) -> float:
        """Return the ambient GABA of its card, umol/L."""
        return ledger.take(self.gaba_card, "ambient", "umol/L", self.gaba_variant)

    def wired(self) -> System:
        """Return its system."""
        return wired(tuple(self.parts.items()))


def cell(name: str, ledger: Ledger, *, chloride: str | None = None, block: Card | None = None) -> Cell:
    """Return a cell by its card, with another treatment of chloride or with a tonic conductance that knows directions.

    Args:
        name: of a card of kind ``neurons`` that names a cell.
        ledger: records the numbers.
        chloride: variant of the card ``chloride``; that of the cell's card when None.
        block: card whose ``width`` turns the steroid's effect about E_GABA; none when None.
    """
    shelf = library()
    chosen = shelf.card(name, _NEURONS).variant(None).settings
    body, body_variant = shelf.card(chosen["cell"], _NEURONS), chosen.get("cell_variant")
    gaba_card, gaba_variant = shelf.card("gaba-input", _NEURONS), chosen["gaba_input"]
    gaba = part_from_card(gaba_card, gaba_variant, ledger)
    if block is not None:
        numbers = {field.name: getattr(gaba, field.name) for field in fields(gaba)}
        gaba = DirectedGabaInput(**numbers, width=ledger.take(block, "width", "mV"))
    parts = {
        "cell": part_from_card(body, body_variant, ledger),
        "shape": part_from_card(body, body_variant, ledger, kind="cylinder"),
        "gaba": gaba,
        "chloride": part_from_card(shelf.card("chloride", _NEURONS), chloride or chosen["chloride"], ledger),
        "stimulus": CurrentStep(),
    }
    return Cell(name, parts, gaba_card, gaba_variant)


@final
@dataclass(frozen=True, kw_only=True)
class Preparation:
    """One explanation on the common preparation: which parts stand where.

    Attributes:
        slow: parts that work over days, by role: ``link`` from serum to the receptor, ``receptor``, ``expression``, and
            what a hypothesis adds.
        principal: the pyramidal cell.
        interneuron: the fast-spiking cell.
        interneuron_receptor: isoform by which the steroid reaches the interneuron; None where it does not.
        delta_share: share of the interneuron's tonic conductance that is that isoform's.
        ledger: the numbers that took part.
    """

    slow: Mapping[str, AbstractPart]
    principal: Cell
    interneuron: Cell
    interneuron_receptor: str | None
    delta_share: float
    ledger: Ledger


def preparation(hypothesis: str = PLAIN, variant: str | None = None) -> Preparation:
    """Return the preparation of a hypothesis, or without one; each replaces or adds one part.

    Args:
        hypothesis: name of a card of kind ``hypotheses``, or ``"none"``.
        variant: of that card.

    Raises:
        UnknownNameError: no such hypothesis or variant.
    """
    ledger, shelf = Ledger(), library()
    setting = common(ledger)
    card = None if hypothesis == PLAIN else shelf.card(hypothesis, KIND)
    chosen = card.variant(variant).settings if card is not None else {}
    principal = cell(
        setting.principal,
        ledger,
        chloride=chosen.get("chloride"),
        block=card if card is not None and card.variant(variant).part == "outward-block" else None,
    )
    slow = _slow(principal.receptor, chosen, card, variant, ledger)
    share = ledger.take(card, "delta_share", "1", variant) if card is not None and "receptor" in chosen else 0.0
    return Preparation(
        slow=slow,
        principal=principal,
        interneuron=cell(setting.interneuron, ledger),
        interneuron_receptor=chosen.get("receptor"),
        delta_share=share,
        ledger=ledger,
    )


def _slow(
    isoform: str, chosen: Mapping[str, str], card: Card | None, variant: str | None, ledger: Ledger
) -> dict[str, AbstractPart]:
    """Return the parts that work over days."""
    shelf = library()
    adaptation, reading = shelf.card(f"{isoform}-adaptation", "adaptation"), chosen.get("adaptation", "none")
    direct = adaptation.variant(reading).part in ("constant-expression", "homeostatic-adaptation")
    parts = {
        "receptor": part_from_card(shelf.card(isoform, "receptors"), None, ledger, isoform=isoform, analyte=ANALYTE),
        "expression": part_from_card(adaptation, reading, ledger, isoform=isoform)
        if direct
        else part_from_card(adaptation, reading, ledger, isoform=isoform, analyte=ANALYTE),
    }
    own = None if card is None else card.variant(variant).part
    if own == "yielding-synthesis" and card is not None:
        parts["link"] = _yielding(card, variant, chosen["link"], ledger)
    else:
        parts["link"] = part_from_card(shelf.card("brain-link"), None, ledger, analyte=ANALYTE)
    if own == "outward-block" and card is not None:
        parts["outward block"] = part_from_card(card, variant, ledger, isoform=isoform, analyte=ANALYTE)
    if own == "carrier-exposure" and card is not None:
        parts["carrier"] = part_from_card(card, variant, ledger, analyte=ANALYTE)
    return parts


def _yielding(card: Card, variant: str | None, link: str, ledger: Ledger) -> AbstractPart:
    """Return the link whose level comes from the card ``brain-link`` and whose feedback from the hypothesis."""
    from neurosteroid.pharmacokinetics.yielding_synthesis import YieldingSynthesis

    usual = library().card("brain-link")
    return YieldingSynthesis(
        brain_to_plasma=ledger.take(usual, "brain_to_plasma", "1", link),
        equilibration_half_life=ledger.take(usual, "equilibration_half_life", "h", link),
        local_concentration=ledger.take(usual, "local_concentration", "nmol/L", link),
        receptor_to_brain=ledger.take(usual, "receptor_to_brain", "1", link),
        largest_yield=ledger.take(card, "largest_yield", "1", variant),
        half_yield=ledger.take(card, "half_yield", "nmol/L", variant),
        analyte=ANALYTE,
    )
