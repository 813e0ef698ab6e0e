"""Rules: processor time of a population under rules against the same women without them."""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.tables import markdown
from benchmarks.timing import alternate, digits
from neurosteroid.dosing import protocol
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble, output_times, simulate_many
from neurosteroid.studies import population

PEOPLE, REPEATS = 1000, 5
CHECKED = (
    "check every 2 h while awake; hold when sedation >= moderate; resume at the same step when sedation < moderate"
)
WATCHED = "stop for good when hypoxia, continuously"


def measure() -> str:
    """Return the section on rules."""
    assembly = assemble(events=("hypoxia",))
    women = population("postpartum", size=PEOPLE, seed=1).draw(assembly, Ledger())
    times = output_times("96 h", "1 h")
    label = protocol("brexanolone-label")
    plans = {
        "none": label,
        "a hold and a resumption at checks": label.with_rule(CHECKED),
        "hypoxia, continuously": label.with_rule(WATCHED),
        "card `brexanolone-label-rules`": protocol("brexanolone-label-rules"),
    }

    def timed(name: str) -> Callable[[], float]:
        def run() -> float:
            began = time.process_time()
            simulate_many(assembly, plans[name], women.weight, times, parameters=women.parameters, clock=8.0)
            return time.process_time() - began

        return run

    works = {name: timed(name) for name in plans}
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
    return f"## 7. Rules\n\n{intro}\n\n{table}"
