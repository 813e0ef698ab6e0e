"""Cards and numbers as rows for tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from neurosteroid.dosing.rules import RuleBook
    from neurosteroid.evidence import Card, Number, Observed, Reproduces, Row, RuleTable, Variant

NUMBER_COLUMNS: Final = ("number", "value", "unit", "spread", "status", "source", "note")


def number_row(number: Number, *, name: str) -> Sequence[str]:
    """Return a number as a table row; the note holds the reason when it is assumed."""
    said = [f"assumed: {number.assumed}" if number.assumed else "", number.note or ""]
    return (
        name,
        f"{number.value:.6g}",
        "" if number.unit == "1" else number.unit,
        str(number.spread or ""),
        str(number.status),
        ", ".join(number.source) or "none",
        "; ".join(text.rstrip(".") for text in [number.kind or "", *said] if text),
    )


def card_json(card: Card, variants: Mapping[str, Variant]) -> Mapping[str, Any]:
    """Return a card with some of its variants."""
    return {
        "kind": card.kind,
        "name": card.name,
        "title": card.title,
        "description": card.description,
        "note": card.note,
        "default": card.default or None,
        "variants": [
            {
                "name": name or None,
                "title": variant.title,
                "part": variant.part,
                "settings": variant.settings,
                "note": variant.note,
                "numbers": [number.described() for number in variant.numbers.values()],
                "reproduces": [reproduces_json(entry) for entry in variant.reproduces],
            }
            for name, variant in variants.items()
        ],
        "based_on": card.based_on,
        "rules": [rule_json(table) for table in card.rules],
        "steps": [[number.described() for number in step.numbers()] for step in card.steps],
        "rows": [observed_json(row) for row in card.rows],
    }


def rule_lines(book: RuleBook) -> list[str]:
    """Return the rules of a protocol as lines of text, as they are carried out."""
    return [f"  - {rule.sentence()}" + ("" if rule.checks else ", continuously") for rule in book.rules]


def rule_row(table: RuleTable) -> Sequence[str]:
    """Return a rule of a protocol card as a table row; the note holds the reason when something of it is assumed."""
    said = [table.note or "", f"assumed: {table.assumed}" if table.assumed else ""]
    note = "; ".join(text.rstrip(".") for text in said if text)
    return (table.say, str(table.status), ", ".join(table.source) or "none", note)


def rule_json(table: RuleTable) -> Mapping[str, Any]:
    """Return a rule of a protocol card with everything known about it."""
    keys = ("read_at", "assumed", "note")
    return {"say": table.say, "status": table.status, "source": table.source, **_present(table, keys)}


def reproduces_json(entry: Reproduces) -> Mapping[str, Any]:
    """Return a published result that a card claims to bring out."""
    return {
        "name": entry.name,
        "metric": entry.metric,
        "observed": entry.observed.value,
        "unit": entry.observed.unit,
        "compare": entry.compare.kind,
        "tolerance": entry.compare.tolerance,
        "role": entry.role,
        "source": entry.source,
        "note": entry.note,
    }


def observed_json(row: Row) -> Mapping[str, Any]:
    """Return an observed row of an observation card."""
    keys = ("time", "until", "time_unit", "protocol", "population", "events", "analyte", "assay", "uncovered")
    return {
        "id": row.id,
        "study": row.study,
        "group": row.group,
        "arm": row.arm,
        "n": row.n,
        "quantity": row.quantity,
        "statistic": row.statistic,
        "value": row.value,
        "unit": row.unit,
        "spread": None if row.spread is None else str(row.spread),
        "role": row.role,
        "status": row.status,
        "source": row.source,
        "set_up": None if row.claim is None else row.claim.set_up,
        **_present(row, (*keys, "read_at", "assumed", "note")),
    }


def value_text(observed: Observed | Row) -> str:
    """Return an observed value as text: nothing for a range, whose spread says it, or for a finding in words."""
    return "" if observed.value is None else f"{observed.value:g}"


def card_sources(card: Card) -> Iterable[str]:
    """Return the citation keys of a card: of its numbers, steps, published results and observed rows."""
    found = [key for number in card.all_numbers() for key in number.source]
    found += [key for variant in card.variants.values() for entry in variant.reproduces for key in entry.source]
    found += [key for rule in card.rules for key in rule.source]
    found += [key for row in card.rows for key in row.source]
    return dict.fromkeys(found)


def _present(thing: Any, keys: Iterable[str]) -> dict[str, Any]:
    return {key: getattr(thing, key) for key in keys if getattr(thing, key) is not None}
