"""The menstrual cycle put together: its parts with the numbers of one variant of the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Final, TypeVar

from neurosteroid.engine import AbstractPart, Covariate, System, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, library, shown_path
from neurosteroid.physiology.cycle_analogues import GnrhAgonist, GnrhAntagonist
from neurosteroid.physiology.cycle_atresia import FollicularAtresia
from neurosteroid.physiology.cycle_corpus_luteum import CorpusLuteum
from neurosteroid.physiology.cycle_course import PhaseDays
from neurosteroid.physiology.cycle_desensitisation import GonadotrophCoupling
from neurosteroid.physiology.cycle_follicles import Follicles
from neurosteroid.physiology.cycle_gnrh import GnrhPulseGenerator, GnrhReceptors, GnrhSignal
from neurosteroid.physiology.cycle_gonadotropins import FollicleStimulatingHormone, LuteinizingHormone
from neurosteroid.physiology.cycle_hormones import Inhibins, OvarianSteroids
from neurosteroid.physiology.cycle_pools import OnePool, OvarianFlow
from neurosteroid.physiology.cycle_stimulation import FshWithInjected, HcgAtReceptor

CARD: Final = "physiology/menstrual-cycle"
FOLLITROPIN, MENOTROPIN, HCG_OF_MENOTROPIN = "follitropin-alfa", "menotropin", "hcg-of-menotropin"
STEROIDS: Final = ("estradiol", "progesterone")
"""What the ovary gives to plasma pools; parameters with one of these in their name may stand on the card as mass."""

AT_REST: Final = (
    Covariate("cycle.pace", "1"),
    Covariate("cycle.ovulation", "1"),
    Covariate("cycle.positive-feedback", "1"),
    Covariate("gonadotroph.coupling", "1"),
    Covariate("activity.steroidogenesis-ovary", "1"),
    Covariate("activity.steroidogenesis-estradiol", "1"),
)
"""What parts of the cycle need and nothing gives, 1 in the published model; the card 'at-rest' says so, too."""

Part = TypeVar("Part", bound=AbstractPart)


def cycle_parts(
    variant: str | None = None,
    ledger: Ledger | None = None,
    *,
    pools: bool = True,
    agonist: bool = False,
    antagonist: bool = False,
    follitropin: bool = False,
    hcg: bool = False,
    menotropin: bool = False,
    feedback: str = "plasma",
    atresia: bool = False,
    elsewhere: Mapping[str, float] | None = None,
    card: Card | None = None,
) -> dict[str, AbstractPart]:
    """Return the parts of the menstrual cycle by name.

    Args:
        variant: of the card; its default when None.
        ledger: records each number taken.
        pools: whether estradiol and progesterone have the published pools of their own. If not, the parts need
            ``plasma.X`` and ``clearance.X`` of both from the body, and give flows into ``central.X``.
        agonist: whether the GnRH agonist nafarelin can be given.
        antagonist: whether the GnRH antagonist cetrorelix can be given.
        follitropin: whether injected FSH, whose concentration another part gives, adds to her own.
        hcg: whether injected chorionic gonadotropin, whose concentration another part gives, binds the LH receptor.
        menotropin: whether the FSH and the chorionic gonadotropin of injected menotropin, whose concentrations other
            parts give, do so.
        feedback: whose progesterone hypothalamus and pituitary see, ``{feedback}.progesterone``.
        atresia: whether cohorts can regress, as in a woman whose LH does not surge.
        elsewhere: steroid to the concentration (nmol/L) that other sources of the body keep up, see `OvarianFlow`.
        card: another card than the package's.

    Raises:
        UnknownNameError: no such variant.
        CardError: a number that is missing.
        UnitError: a number whose unit does not fit.
    """
    injected = [name for name, given in ((FOLLITROPIN, follitropin), (MENOTROPIN, menotropin)) if given]
    source = CardParts(card or library().card(CARD), variant, Ledger() if ledger is None else ledger)
    parts: dict[str, AbstractPart] = {
        "cycle_gnrh_pulses": source.make(GnrhPulseGenerator, feedback=feedback),
        "cycle_gnrh_receptors": source.make(GnrhReceptors),
        "cycle_lh": source.make(LuteinizingHormone, feedback=feedback),
        "cycle_fsh": source.make(FollicleStimulatingHormone, pool="endogenous" if injected else "plasma"),
        "cycle_follicles": source.make(Follicles),
        "cycle_corpus_luteum": source.make(CorpusLuteum),
        "cycle_ovary": source.make(OvarianSteroids),
        "cycle_inhibins": source.make(Inhibins),
        "cycle_agonist" if agonist else "cycle_gnrh_signal": source.make(GnrhAgonist if agonist else GnrhSignal),
    }
    if agonist and source.has("uncoupling"):
        parts["cycle_gonadotroph_coupling"] = source.make(GonadotrophCoupling)
    if atresia:
        parts["cycle_atresia"] = source.make(FollicularAtresia, own="endogenous" if injected else "plasma")
    if antagonist:
        parts["cycle_antagonist"] = source.make(GnrhAntagonist)
    for place, analyte in enumerate(injected):
        own = f"with-{injected[place - 1]}" if place else "endogenous"
        result = "plasma" if place == len(injected) - 1 else f"with-{analyte}"
        name = "cycle_injected_fsh" if analyte == FOLLITROPIN else f"cycle_fsh_of_{analyte}"
        parts[name] = source.make(FshWithInjected, analyte=analyte, own=own, result=result)
    if hcg:
        parts["cycle_hcg"] = source.make(HcgAtReceptor)
    if menotropin:
        parts["cycle_hcg_of_menotropin"] = source.make(HcgAtReceptor, analyte=HCG_OF_MENOTROPIN)
    for steroid in STEROIDS:
        keys = {"published_clearance": f"{steroid}_clearance", "initial_plasma": f"initial_{steroid}"}
        name = f"cycle_{steroid}"
        if pools:
            parts[name] = source.make(OnePool, keys, analyte=steroid)
        else:
            parts[name] = source.make(OvarianFlow, keys, analyte=steroid, elsewhere=(elsewhere or {}).get(steroid, 0.0))
    return parts


def cycle_alone(variant: str | None = None, *, agonist: bool = False, antagonist: bool = False) -> System:
    """Return the cycle wired by itself, with the published pools; its covariates are `AT_REST`.

    Raises:
        UnknownNameError: no such variant.
    """
    parts = cycle_parts(variant, agonist=agonist, antagonist=antagonist)
    return wire(parts, at_rest(parts))


def at_rest(parts: Mapping[str, AbstractPart]) -> tuple[Covariate, ...]:
    """Return those of `AT_REST` that no part gives."""
    given = {value.name for part in parts.values() for value in part.gives}
    return tuple(covariate for covariate in AT_REST if covariate.name not in given)


def phase_days(variant: str | None = None, ledger: Ledger | None = None, card: Card | None = None) -> PhaseDays:
    """Return where the phases of the cycle lie, from the card.

    Raises:
        UnknownNameError: no such variant, or a number that is missing.
    """
    ledger, card = ledger or Ledger(), card or library().card(CARD)
    return PhaseDays(
        luteal_length=ledger.take(card, "luteal_length", "day", variant),
        ovulation_half_width=ledger.take(card, "ovulation_half_width", "day", variant),
    )


class CardParts:
    """A variant of the card, the ledger, and the molar masses of the steroids."""

    def __init__(self, card: Card, variant: str | None, ledger: Ledger) -> None:
        self._card, self._variant, self._ledger = card, variant, ledger
        self._numbers = card.variant(variant).numbers

    def has(self, key: str) -> bool:
        """Return whether the variant has a number."""
        return key in self._numbers

    def make(self, kind: type[Part], keys: Mapping[str, str] | None = None, **settings: str | float) -> Part:
        """Return a part whose numeric fields are the card's numbers of the same name, or of the name in `keys`."""
        numbers: dict[str, float] = {}
        for field in fields(kind):
            key = (keys or {}).get(field.name, field.name)
            if "unit" not in field.metadata or field.name in settings:
                continue
            if key in self._numbers:
                numbers[field.name] = self._ledger.take(
                    self._card, key, str(field.metadata["unit"]), self._variant, self._molar_mass(key)
                )
            elif field.default is MISSING:
                where = shown_path(self._card.path)
                raise CardError(f"{kind.__name__} needs the number '{key}', which is not here.", where=where)
        return kind(**numbers, **settings)

    def _molar_mass(self, key: str) -> float | None:
        """Return the molar mass (g/mol) of the steroid that a number is about, if any."""
        for steroid in STEROIDS:
            if steroid in key:
                return self._ledger.take(library().card(steroid, "compounds"), "molar_mass", "g/mol")
        return None
