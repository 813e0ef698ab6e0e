"""Protocols from their cards, with the sourced numbers they carry."""

from __future__ import annotations

import re
from dataclasses import replace

from neurosteroid import units
from neurosteroid.dosing.meals import meal_fat
from neurosteroid.dosing.protocol import Protocol
from neurosteroid.dosing.pump import Dilution
from neurosteroid.dosing.rule_sentence import parse_rules
from neurosteroid.dosing.rules import RuleBook
from neurosteroid.dosing.steps import DoseStep, InfusionStep, Route, Step
from neurosteroid.errors import CardError, EventError, InputError, UnitError, unknown_name
from neurosteroid.evidence import Card, Choice, Ledger, Library, Number, StepTable, library, shown_path

KIND = "protocols"
_NAMED = re.compile(r"\{(\w+)\}")
_DILUTION = {"concentration_mg_per_ml": "bag_concentration", "bag_ml": "bag_volume", "use_limit_h": "bag_use_limit"}


def protocol(name: str, shelf: Library | None = None) -> Protocol:
    """Return the protocol of a card.

    Args:
        name: of the card, such as ``"brexanolone-label"``.
        shelf: the library; the one in use when left out.

    Returns:
        The protocol; its `ledger` holds the numbers of its steps and, when the card has them, of its `dilution`.

    Raises:
        UnknownNameError: there is no such protocol; names the close ones.
        CardError: the card's steps have no meaning; names the step and key.
    """
    shelf = shelf or library()
    return _from_card(shelf.card(name, KIND), shelf)


def _from_card(card: Card, shelf: Library) -> Protocol:
    ledger = Ledger()
    try:
        rules = _rules(card, ledger)
        if card.based_on is not None:
            return _on_another(card, shelf, rules, ledger)
        route = _route(card)
        steps = tuple(_step(route, table, f"steps[{place}]", ledger) for place, table in enumerate(card.steps))
        dilution = _dilution(card, ledger)
        return Protocol(card.name, card.title, str(card.compound), steps, ledger, dilution, rules)
    except (EventError, UnitError) as error:
        raise CardError(error.message, where=": ".join(filter(None, [shown_path(card.path), error.where]))) from None


def _on_another(card: Card, shelf: Library, rules: RuleBook, ledger: Ledger) -> Protocol:
    """Return another card's protocol under this card's name and rules."""
    if card.steps or card.none or card.compound is not None or card.route is not None:
        raise EventError(
            f"the steps are those of '{card.based_on}'; leave steps, none, compound and route away.", where="based_on"
        )
    other = shelf.card(str(card.based_on), KIND)
    if other.based_on is not None:
        raise EventError(f"'{other.name}' is based on another card itself; name that one.", where="based_on")
    base = _from_card(other, shelf)
    if base.ledger is not None:
        ledger.merge(base.ledger)
    return replace(base, name=card.name, title=card.title, ledger=ledger, rules=base.rules.joined(rules))


def _rules(card: Card, ledger: Ledger) -> RuleBook:
    """Return a card's rules, the numbers that they name put in."""
    book = RuleBook()
    numbers = card.variant().numbers
    for place, table in enumerate(card.rules):
        where = f"rules[{place}].say"
        said = table.say
        for key in dict.fromkeys(_NAMED.findall(said)):
            if key not in numbers:
                raise EventError(unknown_name("number", key, numbers).message, where=where)
            number = numbers[key]
            ledger.record(number)
            said = said.replace(f"{{{key}}}", f"{number.value!r}{'' if number.unit == '1' else f' {number.unit}'}")
        if table.assumed is not None:
            ledger.choose(Choice(f"{card.name}.rules[{place}]", said, table.assumed))
        try:
            book = book.joined(parse_rules(said))
        except InputError as error:
            raise EventError(error.message, where=" ".join(filter(None, [where, error.where]))) from None
    return book


def _route(card: Card) -> Route:
    """Return the route of a card's steps, after checking that card, steps and route fit each other."""
    if not card.compound:
        raise EventError(
            "this key is missing; name the card of what is given, such as 'allopregnanolone'.", where="compound"
        )
    if card.none and card.steps:
        raise EventError("'none = true' says that nothing is given, but there are steps. Keep one.", where="none")
    if not card.none and not card.steps:
        raise EventError(
            "this protocol has no steps. Write [[steps]], or 'none = true' when nothing is to be given.", where="steps"
        )
    doses = [place for place, step in enumerate(card.steps) if step.rate is None and step.route is None]
    if card.route is None and doses:
        raise EventError(f"steps[{doses[0]}] is a dose, which needs a route: 'intravenous' or 'oral'.", where="route")
    if card.route is not None and card.route not in tuple(Route):
        raise EventError(f"the card's route is {card.route!r}; it is one of {', '.join(Route)}.", where="route")
    if card.route not in (None, Route.INTRAVENOUS) and any(step.rate is not None for step in card.steps):
        raise EventError(
            f"an infusion is intravenous, not '{card.route}'; such a dose is written with 'amount'.", where="route"
        )
    return Route.INTRAVENOUS if card.route is None else Route(card.route)


def _step(route: Route, table: StepTable, place: str, ledger: Ledger) -> Step:
    start = ledger.read(table.start, units.TIME)
    interval = ledger.read(table.interval, units.TIME) if table.interval else 0.0
    count = ledger.read(table.count, "1") if table.count else 1.0
    if not count.is_integer():
        raise EventError(f"{count:g} doses; write a whole number.", where=f"{place}.count")
    try:
        if table.rate is not None and table.until is not None:
            until = ledger.read(table.until, units.TIME)
            return InfusionStep(start, until, _own(table.rate, ledger), table.rate.unit, interval, int(count))
        if table.amount is None:
            raise EventError("a step has a rate and an end, or an amount.")
        amount = _own(table.amount, ledger)
        if table.meal is not None:
            meal_fat(table.meal, ledger)
        if table.route is not None and table.route not in tuple(Route):
            raise EventError(f"the step's route is {table.route!r}; it is one of {', '.join(Route)}.", where="route")
        route = Route(table.route or route)
        return DoseStep(start, amount, table.amount.unit, route, interval, int(count), table.meal)
    except (EventError, UnitError) as error:
        raise type(error)(error.message, where=f"{place}.{error.where}" if error.where else place) from None


def _own(number: Number, ledger: Ledger) -> float:
    ledger.record(number)
    return number.value


def _dilution(card: Card, ledger: Ledger) -> Dilution | None:
    present = [key for key in _DILUTION.values() if key in card.variant().numbers]
    if not present:
        return None
    if missing := [key for key in _DILUTION.values() if key not in present]:
        raise EventError(
            f"the card has {', '.join(present)} but not {', '.join(missing)}; give all or none.", where="numbers"
        )
    return Dilution(
        concentration_mg_per_ml=ledger.take(card, _DILUTION["concentration_mg_per_ml"], "mg/mL"),
        bag_ml=ledger.take(card, _DILUTION["bag_ml"], "mL"),
        use_limit_h=ledger.take(card, _DILUTION["use_limit_h"], "h"),
    )
