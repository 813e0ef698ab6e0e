"""`neurosteroid explain`: equations with units, numbers with sources, solver and assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli import describe
from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.places import in_study, study_or_card
from neurosteroid.cli.show import show_rules

if TYPE_CHECKING:
    from neurosteroid.evidence import Card
    from neurosteroid.studies import StudyConfig


@verb
def explain(
    name: Annotated[str, typer.Argument(metavar="STUDY|CARD", help="A study (file or shipped name) or a card.")],
    variant: Annotated[str | None, typer.Option(help="Variant of a card; its default when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Print what is computed: the equations, each number with its source, the solver, what is assumed."""
    from neurosteroid.errors import InputError
    from neurosteroid.evidence import Card

    found = study_or_card(name)
    if isinstance(found, Card):
        _explain_card(found, variant, as_json)
    elif variant is not None:
        raise InputError("a study names its variants under [model]; leave the option away.", where="--variant")
    else:
        with in_study(name):
            _explain_study(found, as_json)


def _explain_study(config: StudyConfig, as_json: bool) -> None:
    from neurosteroid.cli import explained
    from neurosteroid.studies import read_arms

    systems, ledger, limits = explained.assembled(config)
    lines = explained.equations(systems)
    if as_json:
        print_json(
            {
                "study": config.model_dump(mode="json"),
                "given": {arm.name: arm.sentence() for arm in read_arms(config)},
                "equations": [dict(zip(("left", "right", "unit"), line, strict=True)) for line in lines],
                "linear": all(system.linear for system in systems),
                "solver": explained.solver(systems),
                "numbers": [number.described() for number in ledger.numbers],
                "assumed": [number.where for number in ledger.assumed],
                "assumed_choices": [choice.where for choice in ledger.choices],
                "limits": limits,
            }
        )
        return
    say(f"{config.title}\n{config.question}\n\nEquations, as they are solved; t in h since the start of treatment:")
    for left, right, unit in lines:
        say(f"\n  {left} = {right}\n      [{unit}]")
    say(f"\nSolver: {explained.solver(systems)}.\n")
    arms = read_arms(config)
    say("What is given:")
    for arm in arms:
        say(f"  {arm.name}: {arm.sentence()}")
    say()
    for protocol in (item for arm in arms for item in arm.protocols if item.rules):
        say(f"Rules of {protocol.name}, in order; during a hold the clock {protocol.rules.clock}:")
        say("\n".join([*describe.rule_lines(protocol.rules), ""]))
    rows = [describe.number_row(number, name=number.where)[:-1] for number in ledger.numbers]
    print_table("Numbers", describe.NUMBER_COLUMNS[:-1], rows, right=("value",))
    say(f"Assumed: {len(ledger.assumed)} of {len(ledger.numbers)} numbers.")
    for number in ledger.assumed:
        say(f"  {number.where}: {number.assumed}")
    if ledger.choices:
        say(f"Assumed in rules: {len(ledger.choices)} choices.")
    for choice in ledger.choices:
        say(f"  {choice.where}, '{choice.said}': {choice.assumed}")
    say("\nLimits, as the cards state them:")
    for text in limits:
        say(f"  - {text}")
    say("\nResearch software - not medical advice.")


def _explain_card(card: Card, variant: str | None, as_json: bool) -> None:
    from neurosteroid.cli import explained

    chosen = card.variant(variant)
    label = card.default if variant is None else variant
    text = explained.formula(card, variant)
    given = explained.given(card)
    if as_json:
        more = {"given": given} if given else {}
        print_json({**describe.card_json(card, {label: chosen}), **more, "equation": text or None})
        return
    say(f"{card.title}  ({card.kind}/{card.name}{f', variant {label}' if label else ''})\n{card.description}")
    for note in (card.note, chosen.note):
        if note:
            say(f"\nNote: {note}")
    for compound, sentence in given.items():
        say(f"\nGiven of {compound}: {sentence}")
    say(f"\n{text}" if text else "\nNo equation stands behind this card: it is data.")
    show_rules(card)
    say()
    rows = [
        describe.number_row(number, name=number.key) for number in card.all_numbers() if number.variant in (label, None)
    ]
    rows += [describe.number_row(number, name=number.where) for number in explained.given_numbers(card)]
    if rows:
        print_table("Numbers", describe.NUMBER_COLUMNS, rows, right=("value",))
