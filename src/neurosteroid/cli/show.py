"""`neurosteroid show`: one card with every number, where it comes from, and what it claims; a state with its course."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from neurosteroid.cli import describe
from neurosteroid.cli.card_names import meant
from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, print_json, print_table, say
from neurosteroid.cli.output_files import check_places
from neurosteroid.cli.show_state import all_drawn, drawn, show_course
from neurosteroid.errors import InputError

if TYPE_CHECKING:
    from neurosteroid.evidence import Card, Row, Variant

_CLAIMS = ("published result", "observed", "unit", "compared by", "role", "source")
_RULES = ("rule", "status", "source", "note")
_ROWS = ("row", "arm", "n", "time", "quantity", "value", "unit", "spread", "role", "source")


@verb
def show(
    name: Annotated[str, typer.Argument(metavar="CARD|STATE", help="Name of a card or state, or kind/name.")],
    variant: Annotated[str | None, typer.Option(help="One variant; all when left out.")] = None,
    svg: Annotated[
        str | None,
        typer.Option("--figure", "--svg", metavar="FILE.svg", help="Also write the plot of a state or medicine here."),
    ] = None,
    assay: Annotated[
        str | None, typer.Option(help="Show plasma of a state as this assay reads it; its card or a synonym, as RIA.")
    ] = None,
    study: Annotated[str | None, typer.Option(help="The study whose bias the assay has; its card names those.")] = None,
    draw: Annotated[
        int | None, typer.Option(metavar="SEED", help="Draw the bias of a study that nobody knows, with this seed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a card with the source of every number; of a state also its hormone course and published values."""
    from neurosteroid.evidence import library

    name = meant(name)
    check_places(figure=svg)
    course = drawn(name, page=svg is not None or assay is not None)
    if course is not None:
        if variant is not None:
            raise InputError(f"a state or medicine is shown as its card says; leave '{variant}' away.", where=name)
        if study is not None and assay is None:
            raise InputError("a study has its bias in an assay; say which with --assay.", where="--study")
        if draw is not None and (assay is None or study is not None or draw < 0):
            raise InputError("needs --assay, no --study, and a seed of 0 or more.", where="--draw")
        show_course(*course, svg=svg, as_json=as_json, assay=assay, study=study, seed=draw)
        return
    if assay is not None or study is not None or draw is not None:
        raise InputError(f"only these are read by an assay: {', '.join(all_drawn())}.", where="--assay")
    if svg is not None:
        raise InputError(f"only these are drawn: {', '.join(all_drawn())}.", where="--figure")
    card = library().card(name)
    variants = dict(card.variants) if variant is None else {variant: card.variant(variant)}
    uses = _uses(card)
    if as_json:
        found = describe.card_json(card, variants)
        print_json({**found, "uses": uses} if uses else found)
        return
    say(f"{card.title}  ({card.kind}/{card.name})")
    say(card.description)
    if card.note:
        say(f"\nNote: {card.note}")
    for label, chosen in variants.items():
        _show_variant(card, label, chosen)
    steps = [number for step in card.steps for number in step.numbers()]
    if steps:
        rows = [describe.number_row(number, name=number.key) for number in steps]
        print_table("steps", describe.NUMBER_COLUMNS, rows, right=("value",))
    show_rules(card)
    if uses:
        rows = [(what, ", ".join(names) or "none") for what, names in uses.items()]
        print_table(f"{card.name} in the platform", ("what", "which"), rows)
        say("'neurosteroid show medicines/NAME' or 'states/NAME' draws a page; 'neurosteroid show NAME' prints a card.")
    if card.rows:
        print_table("observed", _ROWS, [_observed(row) for row in card.rows], right=("n", "value"))


def _uses(card: Card) -> Mapping[str, tuple[str, ...]]:
    """Return what a compound does beside its card, nothing for other cards."""
    from neurosteroid.studies.compound_uses import compound_uses

    return compound_uses(card.name) if card.kind == "compounds" else {}


def show_rules(card: Card) -> None:
    """Print the rules of a protocol card as they are carried out, and where each was read."""
    if card.based_on:
        say(f"\nSteps: those of '{card.based_on}'; 'neurosteroid show {card.based_on}' prints them.")
    if not card.rules:
        return
    from neurosteroid.dosing import protocol

    book = protocol(card.name).rules
    say(f"\nRules, in order; during a hold the clock {book.clock}:")
    say("\n".join([*describe.rule_lines(book), ""]))
    print_table("rules as the card says them", _RULES, [describe.rule_row(table) for table in card.rules])


def _show_variant(card: Card, name: str, variant: Variant) -> None:
    say()
    if name:
        say(f"[{name}]{' (default)' if name == card.default else ''}  {variant.title}")
    if variant.part:
        say(f"Equation: {variant.part}; 'neurosteroid explain {card.name}' prints it.")
    for key, text in variant.settings.items():
        say(f"{key}: {text}")
    if variant.note:
        say(f"Note: {variant.note}")
    if variant.numbers:
        rows = [describe.number_row(number, name=key) for key, number in variant.numbers.items()]
        print_table("", describe.NUMBER_COLUMNS, rows, right=("value",))
    if variant.reproduces:
        claims = [
            (
                entry.name,
                describe.value_text(entry.observed),
                entry.observed.unit,
                f"{entry.compare.kind} {entry.compare.tolerance or ''}".strip(),
                str(entry.role),
                ", ".join(entry.source),
            )
            for entry in variant.reproduces
        ]
        print_table("", _CLAIMS, claims, right=("observed",))


def _observed(row: Row) -> tuple[str, ...]:
    times = [f"{time:g}" for time in (row.time, row.until) if time is not None]
    time = f"{' to '.join(times)} {row.time_unit}" if times else ""
    n = "" if row.n is None else str(row.n)
    numbers = (describe.value_text(row), row.unit, str(row.spread or ""), str(row.role), ", ".join(row.source))
    return (row.id, row.arm, n, time, row.quantity, *numbers)
