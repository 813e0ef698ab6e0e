"""The report: one HTML file that needs nothing else, neither a network nor another file."""

from __future__ import annotations

import functools
import gc
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import __version__
from neurosteroid.evidence import library
from neurosteroid.files import write_text
from neurosteroid.reports import formats, tables
from neurosteroid.reports.config_text import config_toml
from neurosteroid.reports.courses import described, study_figure
from neurosteroid.reports.limits import alike, limits, ruled, study_warnings
from neurosteroid.reports.own_cards import own_cards, own_folder
from neurosteroid.reports.palette import looks
from neurosteroid.reports.people import people_figure, spreads
from neurosteroid.reports.rules_figure import rules_figure
from neurosteroid.reports.rules_table import rule_groups
from neurosteroid.reports.svg import inline_svg
from neurosteroid.reports.uses import reads_outcomes
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from neurosteroid.dosing import Arm, Protocol
    from neurosteroid.studies import Study

Array = NDArray[np.float64]
TEMPLATES: Final = Path(__file__).parent / "templates"


@final
@dataclass(frozen=True)
class ShownProtocol:
    """A protocol as the report's first table shows it."""

    name: str
    title: str
    sentence: str
    colour: str
    dose: str


def write_report(study: Study, path: str | Path) -> Path:
    """Write a study as one HTML file and return its path; the file appears whole or not at all.

    Args:
        study: from `neurosteroid.studies`.
        path: of the file, in a folder that exists.

    Raises:
        InputError: the file cannot be written.
    """
    target = Path(path)
    write_text(target, render(study))
    return target


def render(study: Study) -> str:
    """Return the report as HTML text; the same study gives the same text."""
    template = _environment().get_template("report.html.j2")
    with _without_collection():
        who = who_of(study.config.population.card)
        return str(template.render(**_content(study), figures=_figures(study), who=who))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Put the search for cyclic garbage off: drawing makes so many objects that whole processes are searched twice."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()


@functools.lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the environment of the templates; it is kept with those that it has compiled."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "exact": formats.exact,
        "unit": formats.unit,
        "units_in": formats.sentence,
        "breakable": formats.breakable,
    }
    environment.globals["style"] = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment


def _figures(study: Study) -> dict[str, str]:
    courses = inline_svg(
        study_figure(study), name="courses", title="Protocols and courses", description=described(study)
    )
    found, who = {"courses": courses, "people": "", "rules": ""}, who_of(study.config.population.card)
    if (people := people_figure(study)) is not None:
        text = f"Histograms of body weight in kg and age in years of {study.config.population.size} {who.many}."
        found["people"] = inline_svg(people, name="people", title=f"The {who.many}", description=text)
    if (rules := rules_figure(study)) is not None:
        text = (
            f"Shares of {who.many} along time to whom each action of a rule was done, a panel for each protocol with"
            " rules."
        )
        found["rules"] = inline_svg(rules, name="rules", title="What the rules did", description=text)
    return found


def _content(study: Study) -> dict[str, Any]:
    config = study.config
    used = tables.cards_used(study)
    contrasted, contrasts = tables.contrast_rows(study)
    found = looks(study.arms)
    return {
        "version": __version__,
        "config": config,
        "question": formats.sentence(config.question),
        "title": formats.sentence(config.title),
        "protocols": [_shown(arm, found[arm.name].colour, study) for arm in study.arms],
        "colours": {name: look.colour for name, look in found.items()},
        "quantile_notes": tables.quantile_notes(study),
        "headlines": tables.headlines(study),
        "groups": tables.metric_groups(study),
        "contrasted": contrasted,
        "contrasts": contrasts,
        "reference": study.contrasts.rows()[0]["reference"] if contrasts else "",
        "people": spreads(study),
        "warnings": [formats.sentence(text) for text in study_warnings(study)],
        "alike": next(iter(alike(study)), None),
        "ruled": ruled(study),
        "rules": rule_groups(study),
        "assays": ", ".join(dict.fromkeys(study.reading.values())),
        "left_out": (*tables.interval_notes(study), *study.left_out),
        "ranked": sum(bool(arm.given) for arm in study.arms) > 1 and reads_outcomes(study),
        "limits": limits(study, used),
        "numbers": study.ledger.numbers,
        "assumed": study.ledger.assumed,
        "choices": study.ledger.choices,
        "used": used,
        "sources": tables.sources_used(study),
        "failures": study.failures,
        "solver": study.solver,
        "took": formats.duration(study.seconds),
        "versions": study.versions,
        "toml": config_toml(config),
        "own_cards": own_cards(study),
        "own_folder": own_folder(),
        "command": _command(config.name),
    }


def _command(name: str) -> str:
    folder = own_folder()
    library_option = f"--library {shlex.quote(folder)} " if folder else ""
    return f"neurosteroid {library_option}run {shlex.quote(name)}.toml"


def _shown(arm: Arm, colour: str, study: Study) -> ShownProtocol:
    weights = np.asarray(study.people.columns["weight"], dtype=float)
    doses = [
        f"{each.compound}: {_dose(each, weights)}" if len(arm.given) > 1 else _dose(each, weights) for each in arm.given
    ]
    return ShownProtocol(
        name=arm.name,
        title=formats.sentence(arm.title),
        sentence=formats.sentence(arm.sentence()) if arm.given else "nothing is given",
        colour=colour,
        dose="; ".join(doses) or formats.MISSING,
    )


def _dose(protocol: Protocol, weights: Array) -> str:
    """Return the total dose in words: in IU where every dose is in IU, else in mg; the median and the interval."""
    unit = "IU" if all(step.unit == "IU" for step in protocol.steps) else "mg"
    mass = library().molar_mass(protocol.compound)
    given = np.atleast_1d(protocol.total_dose(weights, unit, mass))
    low, median, high = np.quantile(given, (0.05, 0.5, 0.95))
    dose = f"{formats.number(float(median))} {unit}"
    return f"{dose} ({formats.interval(float(low), float(high))})" if len(given) > 1 and low < high else dose
