"""What rules did is counted from the log of their actions."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import arm_from
from neurosteroid.studies.rule_effects import HALTED, rule_effects
from neurosteroid.studies.tables import Table

ARM = arm_from(
    ns.protocol("brexanolone-60").with_rule(
        "hold when sedation >= moderate; resume at the same step when sedation < moderate; stop for good when hypoxia",
        name="ruled",
    )
)
HOLD, RESUME, STOP = (rule.sentence() for _, rule in ARM.rules)
TIMES = np.arange(0.0, 11.0)


def log(*rows):
    """Return a log of (woman, action, rule, hour, done)."""
    columns = dict(zip(("person", "action", "rule", "time", "done"), zip(*rows, strict=True), strict=True))
    columns = {name: list(column) for name, column in columns.items()}
    columns |= {"protocol": ["ruled"] * len(rows), "compound": ["allopregnanolone"] * len(rows)}
    return Table("one action of a rule", columns)


ACTIONS = log(
    ("woman-1", "hold", HOLD, 2.0, True),
    ("woman-1", "resume", RESUME, 4.0, True),
    ("woman-1", "hold", HOLD, 6.0, True),
    ("woman-2", "hold", HOLD, 3.0, True),
    ("woman-2", "resume", RESUME, 5.0, False),
    ("woman-2", "stop for good", STOP, 5.0, True),
    ("woman-4", "hold", HOLD, 8.0, True),
)


def test_women_are_counted_once_and_actions_as_often_as_they_were_done():
    rows = rule_effects([ARM], ACTIONS, 5, TIMES).table.rows()
    found = {row["action"]: row for row in rows}
    assert [(row["women"], row["times"], row["overruled"]) for row in rows] == [
        (3, 4, 0),
        (1, 1, 1),
        (1, 1, 0),
        (3, 6, 1),
    ]
    assert found["hold"]["share"] == 3 / 5
    assert (found["hold"]["first_p50"], found["resume"]["first_p50"]) == (3.0, 4.0)
    assert [row["rule"] for row in rows] == [HOLD, RESUME, STOP, ""]


def test_shares_along_time_count_who_had_it_and_who_gets_nothing_now():
    shares = rule_effects([ARM], ACTIONS, 5, TIMES).shares["ruled"]
    assert (5 * shares["hold"]).tolist() == [0, 0, 1, 2, 2, 2, 2, 2, 3, 3, 3]
    # woman 1 is resumed from hour 4 to 6; woman 2 goes from held to stopped and counts once
    assert (5 * shares[HALTED]).tolist() == pytest.approx([0, 0, 1, 2, 1, 1, 2, 2, 3, 3, 3])
    assert "step down" not in shares


def test_a_rule_that_did_nothing_stands_in_the_table_with_nobody():
    empty = Table(
        "one action of a rule",
        {name: [] for name in ("protocol", "person", "action", "compound", "rule", "time", "done")},
    )
    found = rule_effects([ARM, arm_from("no-drug")], empty, 5, TIMES)
    assert [row["women"] for row in found.table.rows()] == [0, 0, 0, 0]
    assert found.table.rows()[0]["first_p50"] is None
    assert found.shares == {"ruled": {}}


def test_a_study_counts_what_its_log_holds():
    plan = ns.protocol("brexanolone-label").with_rule(
        "step down when plasma.allopregnanolone >= 60 ng/mL", name="ceiling"
    )
    study = ns.study(ns.population("postpartum", size=12, seed=5), [plan, "no-drug"], until="60 h", step="2 h")
    (row,) = study.rule_effects.table.rows()
    done = np.asarray(study.actions["done"])
    people = np.array(study.actions["person"])[done]
    assert row["women"] == len(set(people)) > 3
    assert row["times"] == done.sum()
    first = [np.asarray(study.actions["time"])[done][people == each].min() for each in set(people)]
    assert row["first_p50"] == pytest.approx(np.median(first), rel=1e-12)
    assert study.rule_effects.shares["ceiling"]["step down"][-1] == row["women"] / 12
