"""The whole model written out for the documentation: parts, equations, outputs, assumptions, from the code itself."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Mapping

from docs_tables import shown, table

from neurosteroid.dosing import protocol
from neurosteroid.engine.part import AbstractPart
from neurosteroid.evidence import Ledger, library
from neurosteroid.model import SHOWN, assemble
from neurosteroid.model.catalogue import part_classes
from neurosteroid.studies.people import population

WIDTH = 118


def equations() -> str:
    """Return the traced equations of the default model, wrapped, one left side a paragraph."""
    lines = []
    for left, right in assemble().system.equations:
        text = re.sub(r"0\.6931471805599\d+", "ln(2)", right).replace("**", "^")
        text = re.sub(r"(?<=\S)([*/])(?=\S)", r" \1 ", text)
        lines.append(textwrap.fill(f"{left} = {text}", WIDTH, subsequent_indent="    ", break_long_words=False))
    return "```text\n" + "\n\n".join(lines) + "\n```"


def formulas() -> str:
    """Return the formulas that stand in the docstring of every part."""
    found = []
    for kind, part in _by_room():
        text = re.split(r"(?m)^(?:Source|Raises|Args|Attributes):$", inspect.getdoc(part) or "")[0]
        kept = "\n".join(line for line in text.splitlines() if line.startswith("    ") or not line)
        lines = re.sub(r"\n{3,}", "\n\n", textwrap.dedent(kept).strip("\n"))
        found.append(f"### {kind}\n\n```text\n{lines}\n```")
    return "\n\n".join(found)


def _by_room() -> list[tuple[str, type[AbstractPart]]]:
    return sorted(part_classes().items(), key=lambda item: (item[1].__module__, item[0]))


def parts() -> str:
    """Return every way of acting with its room, what it is, and what it needs and gives."""
    rows = []
    for kind, part in _by_room():
        summary = (inspect.getdoc(part) or "").partition("\n")[0].rstrip(".")
        room = part.__module__.split(".")[1]
        rows.append([f"`{kind}`", room, summary, _ports(part)])
    return table(["part", "room", "what it is", "needs → states and values"], rows)


def _ports(part: type[AbstractPart]) -> str:
    needs = ", ".join(f"`{port.name}`" for port in part.needs)
    makes = ", ".join(f"`{port.name}`" for port in (*part.states, *part.gives))
    return f"{needs} → {makes}"


def outputs() -> str:
    """Return the outputs of a course with their units."""
    found = assemble().system.units
    return table(["output", "unit"], [[f"`{name}`", found[name]] for name in SHOWN])


def assumed() -> str:
    """Return every assumed number of the shipped study with its reason."""
    ledger, assembly = Ledger(), assemble()
    ledger.merge(assembly.ledger)
    population("postpartum", size=1, seed=0).draw(assembly, ledger)
    for name in ("brexanolone-label", "brexanolone-60", "no-drug"):
        found = protocol(name).ledger
        if found is not None:
            ledger.merge(found)
    rows = [
        [f"{number.card}, {number.key}", shown(number.value, 4), number.unit, _plain(number.assumed or "")]
        for number in ledger.assumed
    ]
    count = f"{len(ledger.assumed)} of the {len(ledger.numbers)} numbers that take part are assumed."
    return count + "\n\n" + table(["number", "value", "unit", "reason"], rows)


def cards() -> str:
    """Return the cards of the library."""
    rows = []
    for card in library().cards():
        variants = ", ".join(f"`{name}`" + (" (default)" if name == card.default else "") for name in card.variants)
        rows.append([f"`{card.kind}/{card.name}`", card.title, variants if set(card.variants) != {""} else ""])
    return table(["card", "what it holds", "variants"], rows)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


BLOCKS: Mapping[str, Callable[[], str]] = {
    "equations": equations,
    "formulas": formulas,
    "parts": parts,
    "outputs": outputs,
    "assumed": assumed,
    "cards": cards,
}
