"""An observed row has a claim or a reason, says what its figure is, and is compared accordingly."""

from __future__ import annotations

import pytest
from example_card import WriteCard

from neurosteroid.errors import CardError
from neurosteroid.evidence import Comparison, Role, Spread, SpreadKind, library, standard_error
from neurosteroid.evidence.loader import load_card

SOURCES = ("wald2022",)
HEAD = """
kind = "observations"
name = "example"
title = "An example"
description = "Rows."
[common]
group = "example"
study = "S"
source = "wald2022"
status = "read"
read_at = "Table 1"
"""
POINT = """id = "a"
arm = "x"
quantity = "progesterone"
statistic = "median"
value = 2.0
unit = "nmol/L"
role = "check"
"""
CLAIM = 'claim = { set_up = "s", metric = "m", arguments = { day = 21 } }\n'
REASON = 'uncovered = "Not modelled."\n'


def load(write_card: WriteCard, *rows: str):
    text = HEAD + "".join(f"[[rows]]\n{row}" for row in rows)
    return load_card(write_card(text, "observations", "example"), SOURCES).rows


def changed(**values: str | None) -> str:
    """Return the point row with lines replaced, added, or (None) taken away."""
    lines = dict(line.split(" = ", 1) for line in POINT.splitlines())
    lines.update({key: value for key, value in values.items() if value is not None})
    return "".join(f"{key} = {value}\n" for key, value in lines.items() if values.get(key, "") is not None)


def test_a_claim_becomes_a_result_to_bring_out(write_card: WriteCard) -> None:
    (row,) = load(write_card, changed(assay='"elecsys"') + CLAIM)
    result = row.result()
    assert (result.set_up, result.metric, dict(result.arguments)) == ("s", "m", {"day": 21})
    assert (result.observed.value, result.observed.unit, result.role) == (2.0, "nmol/L", Role.CHECK)
    assert (result.assay, result.study) == ("elecsys", "S")
    assert (result.compare.kind, result.compare.tolerance) == (Comparison.FOLD, 2.0)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ({"statistic": '"geometric mean"'}, Comparison.FOLD),
        ({"statistic": '"ratio"'}, Comparison.FOLD),
        ({"statistic": '"range"', "value": None, "spread": '{ kind = "range", low = 1, high = 2 }'}, Comparison.RANGE),
        ({"statistic": '"share"', "n": "12", "events": "3"}, Comparison.BINOMIAL),
        ({"statistic": '"change"', "spread": '{ kind = "se", value = 1 }'}, Comparison.Z),
        ({"statistic": '"difference"', "spread": '{ kind = "ci95", low = 1, high = 3 }'}, Comparison.Z),
    ],
)
def test_the_statistic_decides_the_comparison(write_card: WriteCard, lines: dict[str, str], kind: Comparison) -> None:
    (row,) = load(write_card, changed(**lines) + CLAIM)
    assert row.result().compare.kind is kind


def test_a_claim_may_compare_otherwise(write_card: WriteCard) -> None:
    claim = CLAIM.replace(" }\n", ', compare = { kind = "relative", tolerance = 0.1 } }\n', 1)
    (row,) = load(write_card, POINT + claim.replace("} ,", "},"))
    assert row.result().compare.kind is Comparison.RELATIVE


def test_counts_reach_the_comparison(write_card: WriteCard) -> None:
    (row,) = load(write_card, changed(statistic='"share"', n="12", events="3") + CLAIM)
    assert row.result().arguments["events"] == 3
    assert row.result().arguments["n"] == 12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (POINT, "either a 'claim'"),
        (POINT + CLAIM + REASON, "either a 'claim'"),
        (POINT + 'uncovered = " "\n', "'uncovered' is empty"),
        (changed(value=None) + REASON, "'low' and 'high'"),
        (changed(statistic='"range"', spread='{ kind = "range", low = 1, high = 2 }') + REASON, "no 'value'"),
        (changed(statistic='"share"') + CLAIM, "needs 'events' and 'n'"),
        (changed(statistic='"share"', n="3", events="4") + REASON, "does not fit"),
        (changed(statistic='"change"') + CLAIM, "kind se or ci95"),
        (changed(statistic='"change"', spread='{ kind = "sd", value = 1 }') + CLAIM, "kind se or ci95"),
        (changed(value="0.0") + CLAIM, "not 0"),
        (changed(statistic='"words"') + REASON, "finding in words"),
        (changed(statistic='"mode"') + REASON, "'mode' is not allowed"),
        (changed(status='"recalled"', assumed='"From memory."') + CLAIM, "not read at its source"),
        (changed(n="0") + REASON, "at least one person"),
        (changed(time="3") + REASON, "'time_unit'"),
    ],
)
def test_a_row_that_says_too_little_is_refused(write_card: WriteCard, text: str, words: str) -> None:
    with pytest.raises(CardError) as caught:
        load(write_card, text)
    assert "rows[0]" in str(caught.value)
    assert words in str(caught.value)


def test_a_recalled_row_loads_with_its_reason(write_card: WriteCard) -> None:
    (row,) = load(write_card, changed(status='"recalled"', assumed='"From memory."') + REASON)
    with pytest.raises(ValueError, match="no claim"):
        row.result()


def test_a_finding_in_words_has_no_number(write_card: WriteCard) -> None:
    words = changed(statistic='"words"', value=None, unit=None, note='"No difference."')
    (row,) = load(write_card, words + REASON)
    assert row.value is None


def test_the_standard_error_of_a_confidence_interval() -> None:
    # half the width of a 95 % interval is 1.96 standard errors
    assert standard_error(Spread(kind=SpreadKind.CI95, low=-6.9, high=-1.5)) == pytest.approx(2.7 / 1.96)
    assert standard_error(Spread(kind=SpreadKind.SE, value=1.2)) == 1.2
    assert standard_error(Spread(kind=SpreadKind.SD, value=1.2)) is None
    assert standard_error(None) is None


def test_every_row_of_the_package_has_a_claim_or_a_reason() -> None:
    rows = [row for card in library().cards("observations") for row in card.rows]
    assert len(rows) > 200
    assert all((row.claim is None) != (row.uncovered is None) for row in rows)
    assert all(row.group for row in rows)


@pytest.mark.parametrize(
    ("name", "cards"),
    [("hamd17", ("hummingbird-202b", "brexanolone-study-2")), ("sedation", ("brexanolone-safety",))],
)
def test_the_same_result_has_one_role_wherever_it_stands(name: str, cards: tuple[str, ...]) -> None:
    """A row that a card also claims as its own result is not a check in one place and a fit in the other."""
    entries = [entry for entry in library().card(name).variant().reproduces if "row" in entry.arguments]
    assert entries
    for entry in entries:
        same = [
            row
            for card in cards
            for row in library().card(card).rows
            if row.id == entry.arguments["row"] and row.events in (None, entry.arguments.get("events"))
        ]
        assert entry.role in {row.role for row in same if row.events is not None or row.value == entry.observed.value}
