"""Conducting a study: chunks are followed and put together into tables and bands."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model import SHOWN, Assembly, ModelChoice, assemble
from neurosteroid.studies.chunks import Chunk, Task, follow_all
from neurosteroid.studies.config import StudyConfig, WindowChoice, config_from_data
from neurosteroid.studies.metrics import PLASMA_UNIT, Metric, Window, summarise
from neurosteroid.studies.people import Population
from neurosteroid.studies.results import Band, Study, band, protocol_names, share_levels
from neurosteroid.studies.tables import Column, Table

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
_EXAMPLES = 3
_CONTRASTED = ("hamd17_change", "responder", "remission", "sedation_any", "sedation_moderate")


def study(
    women: Population,
    protocols: Sequence[Protocol],
    *,
    model: ModelChoice | None = None,
    start: str = "08:00",
    until: str = "96 h",
    step: str = "30 min",
    workers: int = 1,
    title: str = "Study",
    question: str = "What do these protocols do?",
    progress: Progress | None = None,
) -> Study:
    """Give several protocols to the same women and compare.

    Args:
        women: from `population`.
        protocols: each with a name of its own.
        model: variants of the cards.
        start: time of day at hour 0.
        until: end of follow-up.
        step: distance of the output times.
        workers: processes on this machine; the numbers do not depend on it.
        title: of the report.
        question: what the study is to answer.
        progress: called with (women done, women in all).

    Raises:
        InputError: no protocol, two of one name, or a time of day, span, size or number of workers that is not
            possible.
        EventError: a dose that the model cannot take.
    """
    if not protocols:
        raise InputError("a study needs at least one protocol.", where="protocols")
    config = config_from_data(
        {
            "name": "study",
            "title": title,
            "question": question,
            "seed": women.seed,
            "workers": workers,
            "population": {"card": women.card, "size": women.size},
            "protocols": [{"name": item.name, "sentence": item.sentence()} for item in protocols],
            "model": model or ModelChoice(),
            "time": {"start": start, "until": until, "step": step},
        }
    )
    return conduct(config, tuple(protocols), progress)


def read_protocols(config: StudyConfig) -> tuple[Protocol, ...]:
    """Return the protocols of a config: cards from the library, sentences read.

    Raises:
        InputError: a sentence that cannot be read, or two protocols of one name; names the place.
        UnknownNameError: no such card.
    """
    found = []
    for place, choice in enumerate(config.protocols):
        if choice.card is not None:
            found.append(protocol(choice.card))
        else:
            where = f"protocols[{place}].sentence"
            found.append(Protocol.parse(str(choice.sentence), name=choice.name, where=where))
    return tuple(found)


def conduct(
    config: StudyConfig, protocols: tuple[Protocol, ...] | None = None, progress: Progress | None = None
) -> Study:
    """Run a study from its config.

    Args:
        config: what is asked for.
        protocols: read from the config when None.
        progress: called with (women done, women in all).

    Raises:
        InputError: a config whose parts do not fit; names the place.
    """
    began = time.perf_counter()
    protocols = read_protocols(config) if protocols is None else protocols
    names = protocol_names(protocols)
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two protocols are called '{name}'; give each a 'name' of its own.", where="protocols")
    population = Population(config.population.card, config.population.size, config.seed)
    task = Task(population, protocols, config.model, config.time.until, config.time.step, _window(config.window))
    assembly = assemble(config.model)
    ledger = _ledger(assembly, population, protocols)
    chunks = list(follow_all(task, config.workers, progress))
    times = task.times
    bands: dict[tuple[str, str], Band] = {}
    examples: dict[tuple[str, str], Array] = {}
    for place, name in enumerate(names):
        values = {output: np.concatenate([chunk.values[place][output] for chunk in chunks]) for output in SHOWN}
        bands |= {(name, output): item for output, item in _bands(times, values, assembly).items()}
        examples |= {(name, output): array[:_EXAMPLES] for output, array in values.items()}
    columns = [_joined(chunks, place) for place in range(len(names))]
    return Study(
        config=config,
        protocols=protocols,
        people=_people(chunks, assembly),
        individuals=_individuals(chunks, names, columns),
        summary=_summary(names, columns),
        contrasts=_contrasts(protocols, columns),
        bands=bands,
        examples=examples,
        ledger=ledger,
        limits=assembly.limits,
        failures=tuple(text for chunk in chunks for text in chunk.failures),
        solver=chunks[0].solver,
        seconds=time.perf_counter() - began,
        versions=_versions(),
    )


def _window(choice: WindowChoice | None) -> Window | None:
    if choice is None:
        return None
    return Window(choice.label, units.parse(choice.low, PLASMA_UNIT), units.parse(choice.high, PLASMA_UNIT))


def _ledger(assembly: Assembly, population: Population, protocols: tuple[Protocol, ...]) -> Ledger:
    ledger = Ledger()
    ledger.merge(assembly.ledger)
    population.draw(assembly, ledger, [0])
    for item in protocols:
        if item.ledger is not None:
            ledger.merge(item.ledger)
    return ledger


def _bands(times: Array, values: Mapping[str, Array], assembly: Assembly) -> dict[str, Band]:
    found = {output: band(times, array, assembly.system.units[output]) for output, array in values.items()}
    shares = share_levels(values["sedation.level"])
    return found | {name: Band(times, share, None, None, None, "1") for name, share in shares.items()}


def _joined(chunks: Sequence[Chunk], place: int) -> dict[Metric, Array]:
    return {
        metric: np.concatenate([chunk.metrics[place][metric] for chunk in chunks])
        for metric in chunks[0].metrics[place]
    }


def _people(chunks: Sequence[Chunk], assembly: Assembly) -> Table:
    columns: dict[str, Column] = {
        "person": [name for chunk in chunks for name in chunk.women.names],
        "weight": np.concatenate([chunk.women.weight for chunk in chunks]),
        "age": np.concatenate([chunk.women.age for chunk in chunks]),
    }
    drawn = chunks[0].women.parameters
    columns |= {name: np.concatenate([chunk.women.parameters[name] for chunk in chunks]) for name in drawn}
    kept = {name: unit for name, unit in assembly.system.units.items() if name in drawn}
    return Table("one woman", columns, {"weight": units.WEIGHT, "age": units.AGE, **kept})


def _individuals(chunks: Sequence[Chunk], names: tuple[str, ...], columns: Sequence[Mapping[Metric, Array]]) -> Table:
    people = [name for chunk in chunks for name in chunk.women.names]
    metrics = list(dict.fromkeys(metric for column in columns for metric in column))
    missing = np.full(len(people), np.nan)
    table: dict[str, Column] = {
        "person": people * len(names),
        "protocol": [name for name in names for _ in people],
    }
    table |= {metric.name: np.concatenate([column.get(metric, missing) for column in columns]) for metric in metrics}
    return Table("one woman under one protocol", table, {metric.name: metric.unit for metric in metrics})


def _summary(names: tuple[str, ...], columns: Sequence[Mapping[Metric, Array]]) -> Table:
    rows = [
        {"protocol": name, "metric": metric.name, "label": metric.label, "unit": metric.unit}
        | {"proportion": metric.proportion}
        | summarise(metric, column)
        for name, found in zip(names, columns, strict=True)
        for metric, column in found.items()
    ]
    return _table("one metric under one protocol", rows)


def _contrasts(protocols: tuple[Protocol, ...], columns: Sequence[Mapping[Metric, Array]]) -> Table:
    """Return mean differences to the first protocol that gives nothing, woman by woman; empty without one."""
    reference = next((place for place, item in enumerate(protocols) if not item.steps), None)
    rows: list[dict[str, object]] = []
    for place, item in enumerate(protocols):
        if reference is None or place == reference:
            continue
        for metric, column in columns[place].items():
            if metric.name in _CONTRASTED and metric in columns[reference]:
                difference = column - columns[reference][metric]
                known = difference[np.isfinite(difference)]
                rows.append(
                    {"protocol": item.name, "reference": protocols[reference].name, "metric": metric.name}
                    | {"label": metric.label, "unit": metric.unit, "proportion": metric.proportion}
                    | {"n": len(known), "mean_difference": float(known.mean()) if len(known) else float("nan")}
                )
    return _table("difference to the protocol without drug, in the same women", rows)


def _table(title: str, rows: Sequence[Mapping[str, object]]) -> Table:
    names = list(rows[0]) if rows else []
    return Table(title, {name: [row[name] for row in rows] for name in names})


def _versions() -> dict[str, str]:
    packages = ("neurosteroid", "numpy", "scipy", "sympy", "pint")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
