"""Every observed row that the model claims was run, and a miss is explained; agreement is computed as defined."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from neurosteroid.evidence import Comparison, Role, library
from neurosteroid.studies.agreement import ALL, agreements, is_far
from neurosteroid.studies.observed import gathered, rows, uncovered, verify_observed
from neurosteroid.studies.verification import COULD_NOT_RUN, CheckResult, fold_of, verify

RESULTS = list(verify_observed())


def test_every_claimed_row_was_run() -> None:
    claimed = [(card.name, row.id) for card, row in rows() if row.claim is not None]
    assert [(result.card.partition("/")[2], result.name) for result in RESULTS] == claimed
    assert [(result.name, result.note) for result in RESULTS if result.statement == COULD_NOT_RUN] == []


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{result.card}-{result.name}")
def test_a_miss_is_explained_and_what_is_close_is_not(result: CheckResult) -> None:
    """A miss of any role and a check row beyond 1.5-fold say why, and where the cause lies; what is close does not."""
    words = f"{result.predicted:g} against {result.observed:g} {result.unit}: {result.statement}"
    asked = result.passed is False or (result.role is Role.CHECK and is_far(result))
    assert result.explained or not asked, words
    assert bool(result.cause) == bool(result.explained)
    if result.explained:
        assert is_far(result), f"the explanation is out of date: {words}"


def test_rows_are_claimed_or_not_and_none_is_lost() -> None:
    every, left = list(rows()), list(uncovered())
    assert len(RESULTS) + len(left) == len(every)
    assert sum(part.count for part in gathered(left)) == len(left)
    assert all(part.reason for part in gathered(left))


def test_a_claim_in_a_share_is_in_the_unit_of_the_row() -> None:
    (row,) = [result for result in RESULTS if result.name == "sedation_90"]
    assert row.unit == "percent"
    assert 1 < row.predicted < 100


def test_a_row_that_cannot_be_run_is_a_miss_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from neurosteroid.studies import verification

    monkeypatch.setattr(verification, "_set_ups", dict)
    found = list(verify_observed(["brexanolone-study-2"]))
    assert {result.statement for result in found} == {COULD_NOT_RUN}
    assert all(result.passed is False and math.isnan(result.predicted) for result in found)
    assert "hamd17-at-60-h" in found[0].note


def point(predicted: float, observed: float, *, group: str = "g", role: Role = Role.CHECK) -> CheckResult:
    fold = fold_of(predicted, observed)
    return CheckResult(
        card="observations/x",
        variant="",
        name="x",
        role=role,
        metric="m",
        predicted=predicted,
        observed=observed,
        unit="1",
        ratio=predicted / observed,
        statement="",
        passed=fold <= 2,
        source=(),
        note="",
        comparison=Comparison.FOLD,
        group=group,
    )


def test_average_fold_errors_and_shares() -> None:
    # ratios 1, 1/1.4, 4: AFE = (4 / 1.4) ** (1/3), AAFE = (4 * 1.4) ** (1/3)
    found = [point(1.0, 1.0), point(1.0, 1.4), point(4.0, 1.0)]
    (group, whole) = agreements(found)
    assert (group.group, whole.group) == ("g", ALL)
    assert group.points == 3
    assert dict(group.within) == {1.25: 1, 1.5: 2, 2.0: 2}
    assert group.average_fold_error == pytest.approx((4 / 1.4) ** (1 / 3))
    assert group.absolute_average_fold_error == pytest.approx((4 * 1.4) ** (1 / 3))
    assert group.median_ratio == pytest.approx(1.0)
    assert (group.missed, group.unexplained) == (1, 1)


def test_over_and_under_by_the_same_fold_is_no_bias_but_an_error() -> None:
    (group, _) = agreements([point(2.0, 1.0), point(1.0, 2.0)])
    assert group.average_fold_error == pytest.approx(1.0)
    assert group.absolute_average_fold_error == pytest.approx(2.0)


def test_only_check_rows_count() -> None:
    fitted = [point(1.0, 1.0, role=Role.FIT), point(9.0, 1.0, role=Role.CONSISTENCY)]
    assert agreements(fitted) == ()
    assert agreements([*fitted, point(1.0, 1.0)])[-1].points == 1


def test_rival_variants_of_a_card_do_not_count_twice() -> None:
    results = list(verify(["hamd17", "pharmacokinetics/zuranolone"]))
    counted = [result for result in results if result.group]
    assert {result.group for result in counted} == {"outcomes/hamd17", "pharmacokinetics/zuranolone"}
    assert {result.variant for result in results} > {result.variant for result in counted}
    assert len({(result.group, result.name) for result in counted}) == len(counted)
    assert agreements(results)[0].changes == (3, 3)


def test_a_point_without_a_prediction_is_within_no_fold() -> None:
    lost = replace(point(1.0, 1.0), predicted=math.nan, ratio=math.nan, passed=False)
    (group, _) = agreements([lost, point(1.0, 1.0)])
    assert (group.points, group.within[2.0], group.missed) == (2, 1, 1)
    assert group.average_fold_error == pytest.approx(1.0)


def test_ranges_proportions_and_changes_are_counted_apart() -> None:
    kinds = (Comparison.RANGE, Comparison.BINOMIAL, Comparison.Z, Comparison.Z)
    found = [replace(point(1.0, 1.0), comparison=kind) for kind in kinds]
    found.append(replace(found[0], passed=False, explained="known"))
    (group, _) = agreements(found)
    assert (group.points, group.ranges, group.proportions, group.changes) == (0, (1, 2), (1, 1), (2, 2))
    assert (group.missed, group.unexplained) == (1, 0)


def test_what_is_far_is_counted_by_where_its_cause_lies() -> None:
    """A point beyond 1.5-fold is met and far; one within 1.5-fold is not; a missed range counts too."""
    found = [
        replace(point(1.6, 1.0), explained="of its time", cause="source"),
        replace(point(3.0, 1.0), explained="left out", cause="model"),
        replace(point(1.0, 1.0), comparison=Comparison.RANGE, passed=False, explained="left out", cause="model"),
        point(1.4, 1.0),
        replace(point(9.0, 1.0), passed=None, explained="an input", cause="model"),
    ]
    assert [is_far(each) for each in found] == [True, True, True, False, False]
    assert (agreements(found)[0].at_source, agreements(found)[0].in_model) == (1, 2)


def test_a_claim_hands_over_the_card_it_names() -> None:
    claims = [row.claim for _, row in rows() if row.claim is not None]
    named = {claim.card for claim in claims if claim.card is not None}
    assert named
    for name in named:
        assert library().card(name)
