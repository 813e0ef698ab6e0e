"""Tables of receptor isoforms for the documentation, computed from their cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docs_tables import shown, table

from neurosteroid.evidence import library
from neurosteroid.receptors import isoforms, receptor
from neurosteroid.receptors.sites import site_cards

STEROIDS = ("5 nmol/L", "50 nmol/L", "220 nmol/L", "3 umol/L")
SATURATING = "50 umol/L"
AMBIENT = "0.1 umol/L"


def isoform_table() -> str:
    """Return the GABA curve of every isoform's default, and how much allopregnanolone adds to a tenth of it."""
    rows = []
    for name in isoforms():
        found = receptor(name)
        curve = found.curve("GABA")
        grid = found.probability({"GABA": curve.concentrations})
        tenth = curve.concentrations[int((grid >= curve.without + 0.1 * (curve.largest - curve.without)).argmax())]
        folds = [
            found.potentiation({"GABA": f"{tenth} umol/L", "allopregnanolone": amount}, "allopregnanolone")
            for amount in STEROIDS
        ]
        numbers = curve.ledger.numbers
        assumed = sum(number.counts_as_assumed for number in numbers)
        own = [shown(curve.half_effective_concentration), shown(curve.largest, 2), f"{assumed} of {len(numbers)}"]
        rows.append([f"`{name}`", *own, *(f"{fold:.2f}" for fold in folds)])
    header = ["isoform", "GABA EC50, umol/L", "largest open probability", "numbers assumed"]
    return table([*header, *(f"fold at {amount}" for amount in STEROIDS)], rows)


def delta_hypotheses() -> str:
    """Return what each hypothesis of delta sensitivity predicts at ambient and at saturating GABA."""
    card = library().card("a4b2d", "receptors")
    rows = []
    for variant in card.variants:
        found = receptor("a4b2d", variant)
        alone = [found.open_probability({"GABA": gaba}) for gaba in (AMBIENT, SATURATING)]
        folds = [
            found.potentiation({"GABA": gaba, "allopregnanolone": amount}, "allopregnanolone")
            for gaba in (AMBIENT, SATURATING)
            for amount in ("5 nmol/L", "220 nmol/L", "1 umol/L")
        ]
        rows.append([f"`{variant}`", *(shown(value) for value in alone), *(f"{fold:.2f}" for fold in folds)])
    amounts = ("5 nmol/L", "220 nmol/L", "1 umol/L")
    header = ["variant", f"open at {AMBIENT} GABA", f"open at {SATURATING} GABA"]
    header += [f"{amount} on {gaba}" for gaba in (AMBIENT, SATURATING) for amount in amounts]
    return table(header, rows)


def site_table() -> str:
    """Return every site with the mutations that switch it off."""
    rows = []
    for card in site_cards():
        names = ", ".join(f"`{key}` ({number.value:g})" for key, number in card.variant().numbers.items())
        rows.append([f"`{card.name}`", card.title, names])
    return table(["site", "what it is", "mutations (places lost)"], rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "receptor-isoforms": isoform_table,
    "receptor-delta-hypotheses": delta_hypotheses,
    "receptor-sites": site_table,
}
