"""Conducting a study: parts are followed, counted and put together into tables and bands."""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, final

from neurosteroid import units
from neurosteroid.dosing import Arm, Protocol, arm_from
from neurosteroid.dosing.carrier import with_carriers
from neurosteroid.errors import InputError
from neurosteroid.model import ModelChoice, check_treatment
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.ruled_bodies import check_rules
from neurosteroid.model.states import AbstractState, RenalImpairment, state_table
from neurosteroid.studies.arms import arm_table, read_arms
from neurosteroid.studies.asked import checked_outputs
from neurosteroid.studies.assay_reading import read_assay
from neurosteroid.studies.config import AssayChoice, MeasureChoice, StudyConfig, WindowChoice, config_from_data
from neurosteroid.studies.metrics import PLASMA_UNIT, Window
from neurosteroid.studies.parts import empty_tally
from neurosteroid.studies.people import Population
from neurosteroid.studies.results import Study
from neurosteroid.studies.rows import IDENTIFIERS, IN_MEMORY, tables
from neurosteroid.studies.storage import FolderStorage, MemoryStorage, Storage
from neurosteroid.studies.summaries import bands, contrasts, examples, summary
from neurosteroid.studies.task import Task, study_ledger
from neurosteroid.studies.workers import follow_all

Progress = Callable[[int, int], None]

PARTS: Final = "parts"
"""Folder of finished parts inside the folder of a run that is not finished."""


def study(
    women: Population,
    protocols: Sequence[Protocol | Arm | str | Sequence[Protocol | str]],
    *,
    model: ModelChoice | None = None,
    states: Sequence[AbstractState] = (),
    start: str = "08:00",
    until: str = "96 h",
    step: str = "30 min",
    workers: int = 1,
    title: str = "Study",
    question: str = "What do these protocols do?",
    progress: Progress | None = None,
    cluster: str | None = None,
    outputs: Sequence[str] | None = None,
    measures: Sequence[MeasureChoice | Mapping[str, Any]] = (),
    assay: str | AssayChoice | Mapping[str, Any] | None = None,
) -> Study:
    """Give several protocols to the same women and compare.

    Args:
        women: from `population`.
        protocols: the arms, each with a name of its own: protocols; or the names of their cards, such as
            ``"brexanolone-label"``; or names of treatments of several compounds, such as
            ``"antagonist-stimulation"``; or lists of protocols that are given together.
        model: variants of the cards.
        states: what all women are in, such as `Postpartum(day=10)`; their hormones are then followed too.
        start: time of day at hour 0.
        until: end of follow-up.
        step: distance of the output times.
        workers: processes on this machine; the numbers do not depend on it.
        title: of the report.
        question: what the study is to answer.
        progress: called with (women done, women in all).
        cluster: address of a Dask scheduler, or ``local:N`` for N processes on this machine; takes the place of
            `workers`.
        outputs: of the model, whose bands are kept, such as ``["brain.allopregnanolone"]``; by default those that a
            course shows.
        measures: further numbers a woman from any output, such as
            ``{"output": "brain.allopregnanolone", "kind": "time_in_window", "low": "50 nmol/L", "until": "24 h"}``.
        assay: on whose scale plasma is counted and drawn, such as ``"radioimmunoassay"`` or ``{"name": "elisa",
            "analytes": ["allopregnanolone"]}``; true concentrations by default.

    Raises:
        UnknownNameError: no such protocol card or output.
        InputError: no protocol, what is none or no list of them, two of one name, or a time of day, span, size or
            number of workers that is not possible; workers that cannot begin, because a script has no main guard.
        EventError: a dose that the model cannot take.
    """
    if not isinstance(women, Population):
        raise InputError(f"{women!r} is not a population; make one: population('postpartum', size=100, seed=1).")
    if isinstance(protocols, str | Protocol | Arm):
        raise InputError("give a list of protocols, be it of one: [...].", where="protocols")
    if not protocols:
        raise InputError("a study needs at least one protocol.", where="protocols")
    chosen = tuple(arm_from(item, where=f"protocols[{place}]") for place, item in enumerate(protocols))
    config = config_from_data(
        {
            "name": "study",
            "title": title,
            "question": question,
            "seed": women.seed,
            "workers": workers,
            "population": {"card": women.card, "size": women.size},
            "protocols": [arm_table(arm) for arm in chosen],
            "model": model or ModelChoice(),
            "states": [state_table(state) for state in states],
            "time": {"start": start, "until": until, "step": step},
            "outputs": outputs,
            "measures": measures,
            "assay": assay,
        }
    )
    return conduct(config, chosen, progress, cluster=cluster)


def task_of(config: StudyConfig, arms: Sequence[Arm | Protocol]) -> Task:
    """Return what a config asks for, with its arms read.

    Raises:
        InputError: two arms of one name, a population that cannot be drawn, or an assay that cannot read the study.
    """
    given = tuple(arm_from(item) for item in arms)
    if any(isinstance(state, RenalImpairment) for state in config.women):
        given = tuple(map(with_carriers, given))
    names = [arm.name for arm in given]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two protocols are called '{name}'; give each a 'name' of its own.", where="protocols")
    population = Population(config.population.card, config.population.size, config.seed)
    time_of = config.time
    window = _window(config.window)
    task = Task(
        population,
        given,
        config.model,
        time_of.until,
        time_of.step,
        window,
        time_of.start,
        config.women,
        config.outputs,
        config.measures,
        config.assay,
    )
    check_states(task)
    if task.assay is not None:
        read_assay(task.assay, task.known)
    _check_measures(task)
    return task


def _check_measures(task: Task) -> None:
    """Refuse outputs and measures that cannot be read.

    Raises:
        InputError: an unknown output, a unit that does not fit, or a name that is taken; names the place.
    """
    if task.kept is not None:
        checked_outputs(task.kept, task.known)
    if not task.asked:
        return
    for item in task.measures(task.assembly):
        names = [metric.name for metric in item.metrics]
        for place, each in enumerate(item.asked):
            if names.count(each.name) > 1 or each.name in IDENTIFIERS:
                raise InputError(
                    f"'{each.name}' is the name of a result that this study has anyway; give another 'name'.",
                    where=f"measures[{place}]",
                )


def check_states(task: Task) -> None:
    """Refuse what a study of women in states cannot do, before anything is computed.

    Raises:
        InputError: a state or compound that the model does not follow, a treatment for a state that the women are not
            in, or a rule that cannot be followed in them.
    """
    for place, state in enumerate(task.states):
        if getattr(state, "seed", None) is not None:
            raise InputError(
                "a seed draws the cycles of one woman, and a study draws those of each of its women from its own seed;"
                " leave it out.",
                where=f"states[{place}].seed",
            )
    for arm in task.arms:
        check_treatment(arm, task.states, where=f"protocols: {arm.name}")
    try:
        joined = task.joined
    except InputError as error:
        if error.where == "Person.states":
            raise type(error)(error.message, where="states") from None
        for place, state in enumerate(task.states):
            kind, _, field = (error.where or "").partition(".")
            if kind == type(state).__name__:
                raise type(error)(error.message, where=f"states[{place}].{field}") from None
        raise
    for arm in task.arms:
        if joined is not None:
            check_rules(arm.protocols, task.uncalibrated)
        elif arm.first.compound != ANALYTE:
            raise InputError(
                f"it gives {arm.first.compound}, but women without states are followed by the model of {ANALYTE} as a"
                ' drug alone. Say what the women are in, such as states = [{ kind = "postpartum", day = 10 }].',
                where=f"protocols: {arm.name}",
            )


def conduct(
    config: StudyConfig,
    arms: Sequence[Arm | Protocol] | None = None,
    progress: Progress | None = None,
    *,
    cluster: str | None = None,
    folder: Path | None = None,
) -> Study:
    """Run a study from its config.

    Args:
        config: what is asked for.
        arms: read from the config when None.
        progress: called with (women done, women in all).
        cluster: address of a Dask scheduler, or ``local:N``; takes the place of the config's workers.
        folder: keeps finished parts, from which the same study goes on when it was interrupted, and the tables of
            many women. By default both are held in memory, or in a temporary folder for as long as the study is used.

    Raises:
        InputError: a config whose parts do not fit; names the place.
    """
    began = time.perf_counter()
    task = task_of(config, read_arms(config) if arms is None else arms)
    assembly = task.assembly
    many = task.population.size > IN_MEMORY
    scratch = _Scratch() if many and folder is None else None
    place = scratch.folder if scratch is not None else folder
    tally = empty_tally(task, assembly)
    storage: Storage = MemoryStorage(tally) if place is None else FolderStorage(place / PARTS, tally, task.batches)
    for part in follow_all(task, storage.finished, config.workers, cluster, progress):
        storage.add(part)
    people, individuals, actions = tables(task, assembly, storage, place if many else None, scratch)
    return Study(
        config=config,
        arms=task.arms,
        people=people,
        individuals=individuals,
        actions=actions,
        summary=summary(task, assembly, tally),
        contrasts=contrasts(task, assembly, tally),
        bands=bands(task, assembly, tally),
        examples=examples(task, tally),
        ledger=study_ledger(task, assembly),
        limits=task.limits,
        failures=tally.failures,
        solver=tally.solver,
        seconds=time.perf_counter() - began,
        versions=_versions(),
        reading={} if task.reading is None else dict.fromkeys(task.reading.outputs, task.reading.assay),
    )


@final
@dataclass(frozen=True, eq=False)
class _Scratch:
    """A temporary folder that is removed when nobody holds it any more."""

    folder: Path

    def __init__(self) -> None:
        object.__setattr__(self, "folder", Path(tempfile.mkdtemp(prefix="neurosteroid-")))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def _window(choice: WindowChoice | None) -> Window | None:
    if choice is None:
        return None
    return Window(choice.label, units.parse(choice.low, PLASMA_UNIT), units.parse(choice.high, PLASMA_UNIT))


def _versions() -> dict[str, str]:
    packages = ("neurosteroid", "numpy", "scipy", "sympy", "pint")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}
