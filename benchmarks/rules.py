"""Rules: processor time of a population under rules against the same women without them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from unittest import mock

from benchmarks.tables import markdown
from benchmarks.timing import alternate, digits
from neurosteroid.dosing import Protocol, protocol
from neurosteroid.engine.rules import between, windows
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble, output_times, simulate_many
from neurosteroid.studies import population

PEOPLE, REPEATS = 1000, 5
CHECKED = (
    "check every 2 h while awake; hold when sedation >= moderate; resume at the same step when sedation < moderate"
)
WATCHED = "stop for good when hypoxia, continuously"

FEWER, FEWER_REPEATS = 20, 5
LEVELS = {
    "one step down at 60 ng/mL": "step down when plasma.allopregnanolone >= 60 ng/mL, at most 1 times",
    "held at 40, resumed at 20 ng/mL": "hold when plasma.allopregnanolone >= 40 ng/mL;"
    " resume when plasma.allopregnanolone < 20 ng/mL",
}
"""Rules that watch a concentration all the time."""

_NEVER = 10**9
"""Looks in the shortest window, so that each action solves on to the end."""


def measure() -> str:
    """Return the section on rules."""
    return f"## 7. Rules\n\n{_few_actions()}\n\n### Continuous rules on a level\n\n{_levels()}"


def _few_actions() -> str:
    label = protocol("brexanolone-label")
    plans = {
        "none": label,
        "a hold and a resumption at checks": label.with_rule(CHECKED),
        "hypoxia, continuously": label.with_rule(WATCHED),
        "card `brexanolone-label-rules`": protocol("brexanolone-label-rules"),
    }
    simulated = _simulated(PEOPLE)
    works = {name: _timed(partial(simulated, plan)) for name, plan in plans.items()}
    for work in works.values():
        work()
    spreads = alternate(works, REPEATS)
    plain = spreads["none"].median
    rows = [[name, *spread.cells(1e3), digits(spread.median / plain)] for name, spread in spreads.items()]
    table = markdown(("rules", "min ms", "median ms", "max ms", "against none"), rows)
    intro = (
        f"{PEOPLE} women (seed 1), the label's titration, 96 h with hourly rows; processor time of `simulate_many`,"
        f" median of {REPEATS} alternated rounds after one that is not counted."
    )
    return f"{intro}\n\n{table}"


def _levels() -> str:
    label = protocol("brexanolone-label")
    plans = {"none": label, **{name: label.with_rule(rule) for name, rule in LEVELS.items()}}
    simulated = _simulated(FEWER)
    actions = {name: 0 if name == "none" else simulated(plan) for name, plan in plans.items()}
    works = {name: _timed(partial(simulated, plan)) for name, plan in plans.items()}
    works |= {f"{name}, whole": _timed(partial(_to_the_end, simulated, plan)) for name, plan in plans.items()}
    spreads = alternate(works, FEWER_REPEATS)
    plain = spreads["none"].median
    rows = []
    for name in plans:
        ahead, whole = spreads[name], spreads[f"{name}, whole"]
        rows.append(
            [
                name,
                digits(actions[name] / FEWER),
                digits(ahead.median * 1e3),
                digits(ahead.median / plain),
                digits(whole.median / plain),
                digits(whole.median / ahead.median),
            ]
        )
    head = ("rules", "actions a woman", "median ms", "against none", "as before", "times less")
    intro = (
        f"{FEWER} of these women, looked at every 5 minutes. After an action people are followed a window ahead, and"
        " crossings are looked for at several times at once; beside it each action solving on to the end and looking"
        " at one time after the other, as it was before."
        f" Median of {FEWER_REPEATS} alternated rounds after one that is not counted."
    )
    return f"{intro}\n\n{markdown(head, rows)}"


def _simulated(people: int) -> Callable[[Protocol], int]:
    """Return what follows that many women under a protocol and returns the actions of all."""
    assembly = assemble(events=("hypoxia",))
    women = population("postpartum", size=people, seed=1).draw(assembly, Ledger())
    times = output_times("96 h", "1 h")

    def run(plan: Protocol) -> int:
        courses = simulate_many(assembly, plan, women.weight, times, parameters=women.parameters, clock=8.0)
        return 0 if courses.actions is None else len(courses.actions)

    return run


def _as_it_is(_: object, *bracket: object) -> tuple[object, ...]:
    return bracket


def _to_the_end(simulated: Callable[[Protocol], int], plan: Protocol) -> None:
    with mock.patch.object(windows, "LEAST_LOOKS", _NEVER), mock.patch.object(between, "narrow", _as_it_is):
        simulated(plan)


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    return run
