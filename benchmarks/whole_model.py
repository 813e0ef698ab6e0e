"""Whole models beside compiled LSODA: the native solver on 25 states, and the platform's own models."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.joined_woman import JOINED, joined_woman
from benchmarks.ladder import ABSOLUTE, Problem, Rung, climb, cost_at, worst_error
from benchmarks.ladder_peers import KINDS, LSODA, Peers, ReadyPeer
from benchmarks.peak import peak
from benchmarks.qsp_model import OUTPUT_TIMES, qsp_people, qsp_records, qsp_system
from benchmarks.tables import markdown
from benchmarks.timing import digits
from benchmarks.work_precision import FILE, draw
from neurosteroid.dosing import protocol
from neurosteroid.engine.solvers.exact import solve_exact
from neurosteroid.engine.solvers.rosenbrock.engine import Engine, engine_for
from neurosteroid.engine.timeline import build_timelines
from neurosteroid.model.assembly import assemble

Array = NDArray[np.float64]
Ladders = Mapping[str, Sequence[Rung]]
PEOPLE = 1000
REPEATS = 3
TARGETS = (1e-3, 1e-4, 1e-6)
OWN = (1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
TRUTH = 1e-11
NARROW = ("-mno-avx512f",)
SEED = 3
HEADER = ("engine, relative tolerance", "worst error", "cpu ms", "wall ms", "people/s", "cpu / flop limit")


def measure() -> str:
    """Return the section on whole models, and draw the picture that it links to."""
    ladders, invented = _invented()
    section = "\n\n".join(["## 4. Whole models", *invented, *_model_of_the_day()])
    draw(ladders, PEOPLE, FILE)
    return section


def _invented() -> tuple[Ladders, Sequence[str]]:
    system = qsp_system()
    parameters = qsp_people(system, PEOPLE)
    timeline = build_timelines(system, qsp_records(), parameters, np.zeros((PEOPLE, 0)), OUTPUT_TIMES, start=0.0)
    problem = Problem(system, timeline, parameters)
    builds = {
        "neurosteroid Rodas5P": engine_for(system.traced, "Rodas5P"),
        "neurosteroid Rodas4": engine_for(system.traced, "Rodas4"),
        "neurosteroid Rodas5P, without AVX-512": engine_for(system.traced, "Rodas5P", NARROW),
    }
    speeds = {name: peak(NARROW if name.endswith("AVX-512") else ()) for name in builds}
    with tempfile.TemporaryDirectory() as scratch, Peers(KINDS, problem, Path(scratch)) as peers:
        truth, sentence = _truth(problem, builds["neurosteroid Rodas5P"], peers)
        ladders: dict[str, Sequence[Rung]] = {
            name: [_own_rung(problem, engine, tolerance, truth, speeds[name]) for tolerance in OWN]
            for name, engine in builds.items()
        }
        ladders |= peers.ladders(truth)
        climb(list(ladders.values()), REPEATS)
    source = builds["neurosteroid Rodas5P"].source
    heading = (
        "### 25 states\n\n"
        f"`qsp_model.py`: 25 states (not linear, {source.nonzeros} nonzeros in the Jacobian, {source.filled} in its"
        f" factors), {PEOPLE} people, 30 days, 20 dose events, {len(OUTPUT_TIMES)} outputs of all states; all its"
        f" numbers are invented. {_RULES}"
    )
    counted = ", ".join(
        f"{name}: {engine.source.flops} operations a step, peak {digits(speeds[name] / 1e9)} Gflop/s"
        for name, engine in builds.items()
    )
    limit = (
        "Flop limit: counted operations of the generated source (a division or root as one, a multiply-add as two)"
        f" times attempted steps, at the measured multiply-add peak of one core. {counted}."
    )
    picture = (
        f"![Work and precision on the 25-state model: error against processor time a person, one line for each"
        f" engine; the numbers stand in the table below]({FILE.name})"
    )
    sentences = [limit, sentence, *peers.sentences]
    return ladders, [heading, picture, _table(ladders), *_ratios(ladders, peers.ready), _list(sentences)]


_RULES = (
    "Two cores. Every peer has its right-hand side compiled from the same tape, LSODA its loop over people too."
    f" Every engine starts anew at each event and has an absolute tolerance of {ABSOLUTE:g} of the relative one. Error:"
    " largest |y - truth| / (|truth| + 0.001 of the person's largest of that state) over people, states and times;"
    " over fewer people it is smaller, in the favour of peers that follow few."
    f" Costs are a person's, medians of {REPEATS} alternated rounds, in which peers follow the first people;"
    " those at equal error are interpolated, log over log, and those of wall time"
    " are given for peers that use all cores."
)


def _model_of_the_day() -> Sequence[str]:
    assembly = assemble()
    system = assembly.system
    random = np.random.default_rng(SEED)
    # any plausible spread serves a measurement
    weights = np.clip(random.lognormal(np.log(80.0), 0.25, PEOPLE), 45.0, 150.0)
    names = ("disposition.eta_clearance", "disposition.eta_central_volume")
    parameters = system.parameters(PEOPLE, {name: random.normal(0.0, 0.25, PEOPLE) for name in names})
    records = protocol("brexanolone-label").records(weights, assembly.molar_mass, assembly.dose_state)
    times = np.linspace(0.0, 96.0, 193)
    timeline = build_timelines(system, records, parameters, weights[:, None], times, start=0.0)
    problem = Problem(system, timeline, parameters)
    exact, native = "neurosteroid `exact`", "neurosteroid Rodas5P"
    engine = engine_for(system.traced, "Rodas5P")

    def solve() -> tuple[float, float]:
        return _timed(lambda: solve_exact(system, timeline, parameters), PEOPLE)

    with tempfile.TemporaryDirectory() as scratch, Peers([LSODA], problem, Path(scratch)) as peers:
        truth = solve_exact(system, timeline, parameters).states
        error = max([worst_error(peer.truth(PEOPLE, TRUTH), truth) for peer in peers.ready.values()], default=np.nan)
        ladders: dict[str, Sequence[Rung]] = {exact: [Rung(0.0, solve, 0.0)]}
        ladders[native] = [_own_rung(problem, engine, tolerance, truth) for tolerance in OWN]
        ladders |= peers.ladders(truth)
        climb(list(ladders.values()), REPEATS)
    kind = "linear, so that it is propagated exactly" if system.linear else "not linear"
    heading = (
        "### The platform's whole model of the day\n\n"
        f"`assemble()`: {len(system.state_names)} states ({kind}), {PEOPLE} women on the label protocol, 96 h,"
        f" {len(times)} outputs of all states; otherwise as above. The truth here is `exact`"
        + (f", from which the peer at {TRUTH:g} is {error:.1e} away." if peers.ready else ".")
    )
    return [heading, _table(ladders), *_ratios(ladders, peers.ready)]


def measure_joined() -> str:
    """Return the section on a whole model as a study joins it."""
    problem, words = joined_woman()
    engine = engine_for(problem.system.traced, "Rodas5P")
    with tempfile.TemporaryDirectory() as scratch, Peers([LSODA], problem, Path(scratch)) as peers:
        truth, _ = problem.walk(engine, TRUTH)
        sentence = f"The truth is neurosteroid Rodas5P at {TRUTH:g}"
        for name, peer in peers.ready.items():
            found = peer.truth(len(truth), TRUTH)
            done = np.isfinite(found).all(axis=(1, 2))
            sentence += (
                f"; {name} at {TRUTH:g}, which shares only the equations with it, is"
                f" {worst_error(found[done], truth[done]):.1e} away over the {done.sum()} of {len(done)} people of whom"
                " it gives numbers"
            )
        ladders: dict[str, Sequence[Rung]] = {
            "neurosteroid Rodas5P": [_own_rung(problem, engine, tolerance, truth) for tolerance in OWN]
        }
        ladders |= peers.ladders(truth)
        climb(list(ladders.values()), REPEATS)
    source = engine.source
    heading = (
        f"## 13. {JOINED}\n\n{words} {len(problem.system.state_names)} states (not linear, {source.nonzeros} nonzeros"
        f" in the Jacobian, {source.filled} in its factors). {_RULES}"
    )
    tables = [_table(ladders), *_ratios(ladders, peers.ready)]
    return "\n\n".join([heading, *tables, _list([f"{sentence}.", *peers.sentences])])


def _own_rung(problem: Problem, engine: Engine, tolerance: float, truth: Array, speed: float | None = None) -> Rung:
    states, work = problem.walk(engine, tolerance)
    limit = None if speed is None else float(work[:, 0].mean()) * engine.source.flops / speed
    error = worst_error(states, truth)
    return Rung(tolerance, lambda: _timed(lambda: problem.walk(engine, tolerance), len(states)), error, limit)


def _timed(work: Callable[[], object], people: int) -> tuple[float, float]:
    """Return wall and cpu seconds a person of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) / people, (time.process_time() - cpu) / people


def _truth(problem: Problem, engine: Engine, peers: Peers) -> tuple[Array, str]:
    """Return the truth, and a sentence that says whose it is and who agrees with it."""
    own, _ = problem.walk(engine, TRUTH)
    shares = "which shares only the equations with it"
    for name, peer in peers.ready.items():
        if peer.kind.checked >= len(own):
            truth = peer.truth(len(own), TRUTH)
            return truth, (
                f"The truth is {name} at {TRUTH:g}, all people; neurosteroid Rodas5P at {TRUTH:g}, {shares}, is"
                f" {worst_error(own, truth):.1e} away from it."
            )
    mine = f"The truth is neurosteroid Rodas5P at {TRUTH:g}"
    for name, peer in peers.ready.items():
        people, tolerance = peer.kind.checked, peer.kind.tolerances[-1]
        error = worst_error(peer.truth(people, tolerance), own[:people])
        return own, f"{mine}; {name} at {tolerance:g}, {shares}, is {error:.1e} away from it, {people} people."
    return own, f"{mine}; no independent solver was there to check it."


def _table(ladders: Ladders) -> str:
    rows = []
    for name, ladder in ladders.items():
        for rung in ladder:
            cpu, wall = rung.cost("cpu"), rung.cost("wall")
            label = f"{name}, {rung.tolerance:g}" if rung.tolerance else name
            times = "-" if rung.limit is None else digits(cpu / rung.limit)
            error = f"{rung.error:.1e}" if rung.tolerance else "truth"
            rows.append([label, error, digits(1e3 * cpu), digits(1e3 * wall), digits(float(f"{1 / wall:.3g}")), times])
    return markdown(HEADER, rows)


def _ratios(ladders: Ladders, peers: Mapping[str, ReadyPeer]) -> list[str]:
    """Return the table of peers' costs over ours at equal error; empty without peers."""
    rows = []
    for peer, (name, ladder) in itertools.product(peers, ladders.items()):
        if name in peers:
            continue
        all_cores = peers[peer].kind.all_cores
        row = [f"{peer} / {name}"]
        for kind, target in itertools.product(("cpu", "wall"), TARGETS):
            theirs = cost_at(ladders[peer], target, kind)
            ours = cost_at(ladder, target, kind) if len(ladder) > 1 else ladder[0].cost(kind)
            comparable = kind == "cpu" or all_cores
            row.append(digits(theirs / ours) if theirs and ours and comparable else "-")
        rows.append(row)
    header = [
        "at equal error",
        *(f"{kind}, {target:g}" for kind, target in itertools.product(("cpu", "wall"), TARGETS)),
    ]
    return [markdown(header, rows)] if rows else []


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)
