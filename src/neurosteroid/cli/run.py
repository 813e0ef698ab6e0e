"""`neurosteroid run`: a study from its file to its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, bar, note, print_json, print_table, say, warn
from neurosteroid.cli.places import in_study

if TYPE_CHECKING:
    from neurosteroid.studies import Run, Study, StudyConfig


@verb
def run(
    study: Annotated[str, typer.Argument(help="A study: path of a TOML file, or the name of a shipped one.")],
    folder: Annotated[Path | None, typer.Option(help="Run folder; by default runs/NAME, numbered.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes on this machine.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Dask scheduler (tcp://HOST:PORT) or local:N; instead of workers.")
    ] = None,
    size: Annotated[int | None, typer.Option(help="Number of women.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of every random draw.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the resolved study as TOML and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Run a study and write its folder: report, tables, courses, sources, provenance."""
    config = _changed(study, workers=workers, size=size, seed=seed)
    if explain:
        from neurosteroid.reports.config_text import config_toml

        if as_json:
            print_json(config.model_dump(mode="json"))
        else:
            say(config_toml(config).rstrip("\n"))
        return
    with in_study(study, str(folder), "runs", str(cluster), "cluster"):
        done = _run(config, folder, cluster)
    warn(_warnings(done))
    note(done.study.advice)
    if as_json:
        print_json(_as_json(done))
    else:
        _print(done)


def _changed(study: str, *, workers: int | None, size: int | None, seed: int | None) -> StudyConfig:
    from neurosteroid.studies import config_from_data, read_config

    data = read_config(study).model_dump(mode="json", exclude_none=True)
    data |= {key: value for key, value in (("workers", workers), ("seed", seed)) if value is not None}
    if size is not None:
        data["population"]["size"] = size
    return config_from_data(data, where=study)


def _run(config: StudyConfig, folder: Path | None, cluster: str | None) -> Run:
    from neurosteroid.studies import run as conduct

    with bar("people") as show:
        return conduct(config, folder, show, cluster=cluster)


def _print(done: Run) -> None:
    from neurosteroid.reports.tables import interval_notes, reading_notes
    from neurosteroid.reports.who import who_of

    study = done.study
    names = [arm.name for arm in study.arms]
    size, who = study.config.population.size, who_of(study.config.population.card)
    found: dict[str, dict[str, Any]] = {}
    for row in study.summary.rows():
        # by label: where the follow-up ends with the treatment, two metrics are one result
        found.setdefault(row["label"], {}).setdefault(row["protocol"], row)
    rows = []
    for by_protocol in found.values():
        first = next(iter(by_protocol.values()))
        unit = f"% of {who.many}" if first["proportion"] else first["unit"]
        rows.append((first["label"], unit, *(_cell(by_protocol.get(name)) for name in names)))
    say(f"{study.config.title}\n{size} {who.many}, {len(names)} protocols, seed {study.config.seed}")
    print_table("", ("median (5 to 95 %)", "unit", *names), rows, right=names)
    for text in (*reading_notes(study), *interval_notes(study), *study.left_out):
        say(f"Note: {text}")
    _print_rules(study)
    for text in study.failures:
        say(f"not finished: {text}")
    ledger = study.ledger
    say(f"{len(ledger.numbers)} numbers took part, {len(ledger.assumed)} of them assumed. {study.solver}.")
    if ledger.choices:
        say(f"{len(ledger.choices)} choices in rules are assumed; the report names them.")
    say(f"Report: {done.report}  ({study.seconds:.1f} s)")
    say("Research software - not medical advice.")


def _print_rules(study: Study) -> None:
    from neurosteroid.reports.rules_table import rule_groups
    from neurosteroid.reports.who import who_of

    rows = [
        (name, row.action, row.rule, f"{row.share} ({row.women})", row.times, _first(row.first, row.beside))
        for name, own in rule_groups(study).items()
        for row in own
    ]
    if rows:
        many = who_of(study.config.population.card).many
        columns = ("protocol", "action", "rule", f"% of {many}", "times", "first time, h")
        print_table("what the rules did", columns, [tuple(map(_plain, row)) for row in rows], right=columns[3:])


def _first(median: str, interval: str) -> str:
    return f"{median} ({interval})" if interval else median


def _plain(text: str) -> str:
    """Return text for a terminal, which may know neither the true minus nor the thin space, nor the micro sign."""
    return text.replace("\u2212", "-").replace("\u202f", "").replace("\u00b5", "u").replace("\u2013", "-")


def _warnings(done: Run) -> tuple[str, ...]:
    from neurosteroid.reports import study_warnings

    return study_warnings(done.study)


def _cell(row: dict[str, Any] | None) -> str:
    from neurosteroid.reports import formats

    if row is None or not row["n"]:
        return "-"
    if row["proportion"]:
        return formats.percentage(row["mean"])
    text = f"{formats.number(row['p50'])} ({formats.interval(row['p05'], row['p95'])})"
    return _plain(text)


def _as_json(done: Run) -> dict[str, Any]:
    study = done.study
    return {
        "folder": str(done.folder),
        "report": str(done.report),
        "seconds": study.seconds,
        "solver": study.solver,
        "summary": study.summary.rows(),
        "contrasts": study.contrasts.rows(),
        "rules": study.rule_effects.table.rows(),
        "reading": study.reading,
        "advice": study.advice,
        "left_out": study.left_out,
        "failures": study.failures,
        "warnings": _warnings(done),
        "assumed_numbers": len(study.ledger.assumed),
        "assumed_choices": len(study.ledger.choices),
    }
