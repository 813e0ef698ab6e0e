"""What ligands do at an isoform: one action for each ligand and site, read from the isoform's card.

A card writes an action as numbers named ``ligand.site.quantity``:

    affinity             K, dissociation constant at the resting receptor
    efficacy_ratio       c = K_active / K; 1 where it is not written: the site does not tell active from resting
    desensitised_ratio   e = K_desensitised / K_active; 1 where it is not written

and the number of equal sites as ``site.sites``. What an isoform's card does not say is taken from the card named by its
setting ``borrows``, and is then an assumption about this isoform.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.errors import CardError, unknown_name
from neurosteroid.evidence import Card, Choice, Ledger, Number, library, shown_path

ROOM: Final = "receptors"
"""Kind of the cards of receptors."""
_COMPOUNDS: Final = "compounds"
_AFFINITY: Final = "affinity"
_EFFICACY: Final = "efficacy_ratio"
_DESENSITISED: Final = "desensitised_ratio"
_SITES: Final = "sites"


@final
@dataclass(frozen=True, kw_only=True)
class Action:
    """How one ligand acts at one kind of site.

    Attributes:
        ligand: its name.
        site: name of the site's card.
        unit: of the ligand's concentrations and of `affinity`.
        affinity: K at the resting receptor.
        efficacy_ratio: c, K at the active over K at the resting receptor; below 1 opens.
        desensitised_ratio: e, K at the desensitised over K at the active receptor; below 1 desensitises.
    """

    ligand: str
    site: str
    unit: str
    affinity: float
    efficacy_ratio: float = 1.0
    desensitised_ratio: float = 1.0

    def bound(self, concentration: Any) -> tuple[Any, Any, Any]:
        """Return X / K at the resting, the active and the desensitised receptor."""
        resting = concentration / self.affinity
        active = resting / self.efficacy_ratio
        return resting, active, active / self.desensitised_ratio


@final
@dataclass(frozen=True)
class Pharmacology:
    """Everything that acts at one isoform.

    Attributes:
        actions: by ligand name.
        sites: number of equal sites by site name.
    """

    actions: Mapping[str, tuple[Action, ...]]
    sites: Mapping[str, float]


def pharmacology(card: Card, variant: str | None) -> Pharmacology:
    """Return the actions at an isoform: for each ligand and site its own before one it borrows.

    Args:
        card: of the isoform.
        variant: of the card; its default when None.

    Raises:
        CardError: an action without affinity, at a site whose number is not written, or in a unit of its own.
    """
    found: dict[tuple[str, str], Action] = {}
    sites: dict[str, float] = {}
    for lender, lent in _lenders(card, variant):
        more, counts = _read(lender, lent)
        found = {**more, **found}
        sites = {**counts, **sites}
    actions: dict[str, tuple[Action, ...]] = {}
    for each in found.values():
        if each.site not in sites:
            raise CardError(
                f"'{each.ligand}' acts at '{each.site}', whose number '{each.site}.{_SITES}' is not here.",
                where=shown_path(card.path),
            )
        before = actions.get(each.ligand, ())
        if before and before[0].unit != each.unit:
            raise CardError(
                f"The affinities of '{each.ligand}' are in {before[0].unit} and {each.unit}; write them in one unit.",
                where=shown_path(card.path),
            )
        actions[each.ligand] = (*before, each)
    return Pharmacology(actions, sites)


def record(card: Card, variant: str | None, ligand: str, ledger: Ledger, *, at_peak: bool) -> None:
    """Remember the numbers of a ligand's actions and of its sites, and the assumption where they are borrowed.

    At the peak, sites that only desensitise have no part.
    """
    chain = tuple(_lenders(card, variant))
    seen: set[str] = set()
    for lender, lent in chain:
        numbers = lender.variant(lent).numbers
        # 'etomidate.sites' is a number of the site that bears the ligand's name, not an action of the ligand
        actions = (key for key in numbers if key.startswith(f"{ligand}.") and key.count(".") > 1)
        places = {key.rpartition(".")[0] for key in actions} - seen
        seen |= places
        if at_peak:
            places = {place for place in places if f"{place}.{_EFFICACY}" in numbers}
        for key in (key for key in numbers if key.rpartition(".")[0] in places):
            ledger.record(numbers[key])
        for count in sorted(f"{place.partition('.')[2]}.{_SITES}" for place in places):
            holder, held = next(each for each in chain if count in each[0].variant(each[1]).numbers)
            ledger.record(holder.number(count, held))
        if places and lender is not card:
            what = f"{ligand} at {' and '.join(sorted(place.partition('.')[2] for place in places))}"
            why = f"What {what} sites does at {card.name} was not read; what it does at {lender.name} is used."
            ledger.choose(Choice(f"{card.name}.{ligand}", f"{what} acts as at {lender.name}", why))


def _lenders(card: Card, variant: str | None) -> Iterator[tuple[Card, str | None]]:
    """Yield the card itself, then the cards that it borrows from, each with its variant."""
    seen: list[str] = []
    while True:
        yield card, variant
        seen.append(card.name)
        lender = card.variant(variant).settings.get("borrows")
        if lender is None:
            return
        if lender in seen:
            raise CardError(
                f"The cards {', '.join(seen)} borrow from each other in a circle; leave one 'borrows' away.",
                where=shown_path(card.path),
            )
        card, variant = library().card(lender, ROOM), None


def _read(card: Card, variant: str | None) -> tuple[dict[tuple[str, str], Action], dict[str, float]]:
    """Return the actions of one card by ligand and site, and its numbers of sites."""
    found: dict[tuple[str, str], dict[str, Number]] = {}
    sites: dict[str, float] = {}
    for key, number in card.variant(variant).numbers.items():
        words = key.split(".")
        if len(words) == 2 and words[1] == _SITES:
            sites[words[0]] = number.to("1")
        elif len(words) == 3:
            found.setdefault((words[0], words[1]), {})[words[2]] = number
    actions: dict[tuple[str, str], Action] = {}
    for (ligand, site), numbers in found.items():
        where = f"{shown_path(card.path)}: {ligand}.{site}"
        unknown = sorted(set(numbers) - {_AFFINITY, _EFFICACY, _DESENSITISED})
        if unknown:
            raise unknown_name("quantity of an action", unknown[0], (_AFFINITY, _EFFICACY, _DESENSITISED), where=where)
        if _AFFINITY not in numbers:
            raise CardError(
                f"'{_AFFINITY}' is missing: the dissociation constant at the resting receptor.", where=where
            )
        ratios = {name: number.to("1") for name, number in numbers.items() if name != _AFFINITY}
        affinity = numbers[_AFFINITY]
        values = [affinity.value, *ratios.values()]
        if any(value <= 0 for value in values):
            raise CardError(f"{min(values):g} is not above 0; affinities and ratios are.", where=where)
        actions[ligand, site] = Action(ligand=ligand, site=site, unit=affinity.unit, affinity=affinity.value, **ratios)
    return actions, sites
