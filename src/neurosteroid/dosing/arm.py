"""An arm of a study: what its people are given, be it one protocol or several compounds together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.dosing.naming import given_together, protocol_from
from neurosteroid.dosing.protocol import Dose, Protocol
from neurosteroid.dosing.rules import DosingRule
from neurosteroid.errors import InputError
from neurosteroid.evidence import library

_TREATMENTS: Final = "medicines"


@final
@dataclass(frozen=True)
class Arm:
    """What one group of people is given: protocols on one time axis, one for each compound.

    Args:
        name: short name for tables and figures.
        title: for people.
        protocols: at least one; those that give nothing may stand beside others.
        card: of the treatment that it is, if any; a card of kind ``medicines``.

    Raises:
        InputError: no protocol, or two that give one compound.
    """

    name: str
    title: str
    protocols: tuple[Protocol, ...]
    card: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "protocols", tuple(self.protocols))
        if not self.protocols:
            raise InputError("the list is empty; give 'no-drug' where nothing is given.", where=self.name)
        compounds = [each.compound for each in self.given]
        if twice := [compound for compound in compounds if compounds.count(compound) > 1]:
            raise InputError(f"two protocols give '{twice[0]}'; write their steps as one protocol.", where=self.name)

    @property
    def given(self) -> tuple[Protocol, ...]:
        """The protocols that give something."""
        return tuple(each for each in self.protocols if each.steps)

    @property
    def first(self) -> Protocol:
        """The protocol of which an arm of one protocol consists."""
        return next(iter(self.given), self.protocols[0])

    @property
    def acting(self) -> tuple[Protocol, ...]:
        """The protocols that give something or have rules; the first one where none does."""
        return tuple(each for each in self.protocols if each.steps or each.rules) or (self.first,)

    @property
    def compounds(self) -> tuple[str, ...]:
        """Compounds that are given, in order."""
        return tuple(each.compound for each in self.given)

    @property
    def rules(self) -> tuple[tuple[Protocol, DosingRule], ...]:
        """What changes it as it is given: each rule beside its protocol, in the order of `acting`."""
        return tuple((each, rule) for each in self.acting for rule in each.rules.rules)

    @property
    def end_h(self) -> float:
        """End of the last infusion or time of the last dose, h; 0 where nothing is given."""
        return max(each.end_h for each in self.protocols)

    def doses(self) -> list[Dose]:
        """Return the single doses of all protocols, in order of time."""
        return sorted((dose for each in self.protocols for dose in each.doses()), key=lambda dose: dose.time_h)

    def sentence(self) -> str:
        """Return what is given in words; each compound is named where there are several."""
        if len(self.given) < 2:
            return self.first.sentence()
        return "; ".join(f"{each.compound}: {each.sentence()}" for each in self.given)


def arm_from(given: object, *, where: str = "protocol") -> Arm:
    """Return an arm as it is, or that of a protocol, a name, or a list of protocols that are given together.

    Args:
        given: an arm; a protocol; the name of a protocol's card or of a treatment of several compounds, such as
            ``"antagonist-stimulation"``; or a list of protocols and names of their cards.
        where: the place in the input.

    Raises:
        InputError: it is none of these, or its protocols cannot be given together.
        UnknownNameError: there is no such card.
    """
    if isinstance(given, Arm):
        return given
    if isinstance(given, str) and (names := given_together(given)):
        title = library().card(given, _TREATMENTS).title
        return Arm(given, title, tuple(protocol_from(each, where=where) for each in names), card=given)
    if isinstance(given, list | tuple):
        return together([arm_from(each, where=f"{where}[{place}]") for place, each in enumerate(given)], where=where)
    found = protocol_from(given, where=where)
    return Arm(found.name, found.title, (found,))


def together(arms: Sequence[Arm], name: str | None = None, *, where: str = "protocol") -> Arm:
    """Return all that several arms give as one arm, called after them where no name is given.

    Raises:
        InputError: they cannot be given together.
    """
    called = " + ".join(each.name for each in arms) if name is None else name
    title = " + ".join(each.title for each in arms)
    cards = [each.card for each in arms if each.card is not None]
    try:
        return Arm(called, title, tuple(item for each in arms for item in each.protocols), next(iter(cards), None))
    except InputError as error:
        raise type(error)(error.message, where=where) from None
