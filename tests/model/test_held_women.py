"""What the label's rules do to the women who are held, as the page on rules prints it."""

import re
from pathlib import Path

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.evidence import Ledger
from neurosteroid.model import assemble, output_times, simulate_many

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
ASSEMBLY = assemble(events=("hypoxia",))
LABEL_DOSE = 4.0 * 30.0 + 20.0 * 60.0 + 28.0 * 90.0 + 4.0 * 60.0 + 4.0 * 30.0


@pytest.fixture(scope="module")
def women():
    return ns.population("postpartum", size=1000, seed=1).draw(ASSEMBLY, Ledger())


def followed(women, name, until="120 h", **options):
    times = output_times(until, "12 h")
    return simulate_many(
        ASSEMBLY, ns.protocol(name), women.weight, times, parameters=women.parameters, clock=8.0, **options
    )


@pytest.mark.parametrize("name", ["brexanolone-label-rules", "brexanolone-label-rules-onward"])
def test_the_page_says_what_happens_to_the_women_who_are_held(women, name):
    courses = followed(women, name)
    log, given = courses.actions, courses.given
    kinds = np.array([str(courses.rules[number].action) for number in log.rule])
    held = np.unique(log.person[(kinds == "hold") & log.done])
    resumed = np.unique(log.person[(kinds == "resume") & log.done])
    highest = [
        given.rate[(given.person == who) & (given.begin >= log.time[(log.person == who) & (kinds == "hold")][0])].max()
        for who in held
    ]
    share = np.median(given.integral(1000)[held]) / LABEL_DOSE
    counts = [len(held), len(held) - len(resumed), *(highest.count(rate) for rate in (30.0, 60.0, 90.0))]
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |"))
    assert re.findall(r"\d+", row.removeprefix(f"| `{name}` |")) == [str(number) for number in counts] + [
        str(round(100.0 * share))
    ]


def test_the_women_who_are_never_resumed_are_those_sedated_without_drug(women):
    courses = followed(women, "brexanolone-label-rules")
    kinds = np.array([str(courses.rules[number].action) for number in courses.actions.rule])
    held, resumed = (set(courses.actions.person[kinds == kind].tolist()) for kind in ("hold", "resume"))
    level = followed(women, "no-drug", until="12 h", outputs=("sedation.level",)).values["sedation.level"][:, 0]
    assert held - resumed == set(np.flatnonzero(level >= 2.0).tolist())
    assert f"{len(held - resumed)} of the {len(held)} are sedated by no drug at all" in PAGE.read_text(encoding="utf-8")


def test_whoever_is_moderately_sedated_by_the_drug_is_at_least_mildly_sedated_without_it(women):
    """The rules cards give this as the reason why 'resolved' cannot mean no sedation at all."""
    under, without = (
        followed(women, name, until="60 h", outputs=("sedation.level",)).values["sedation.level"].max(axis=1)
        for name in ("brexanolone-label", "no-drug")
    )
    moderate = under >= 2.0
    assert moderate.sum() > (without >= 2.0).sum()
    assert (without[moderate] >= 1.0).all()
