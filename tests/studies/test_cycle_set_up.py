"""The cycle's set-up: what it claims is run, and what it does not know is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neurosteroid.errors import CardError
from neurosteroid.evidence import Reproduces, library
from neurosteroid.studies.observed import verify_observed
from neurosteroid.studies.set_ups.cycle import SET_UPS
from neurosteroid.studies.set_ups.cycle_women import SET_UPS as WOMEN
from neurosteroid.studies.verification import verify

CARD = "physiology/menstrual-cycle"


def entry(name: str) -> Reproduces:
    return next(entry for entry in library().card(CARD).variant("published").reproduces if entry.name == name)


def test_the_published_cycle_does_what_the_model_file_does() -> None:
    results = {result.name: result for result in verify([CARD]) if result.variant == "published"}
    assert {name for name, result in results.items() if not result.passed} == set()
    assert len(results) == 11


def test_the_delay_by_an_antagonist_is_missed_at_higher_doses_and_the_row_says_why() -> None:
    results = {result.name: result for result in verify_observed(["observations/gnrh-antagonist"])}
    daily = [results[f"cetrorelix_{dose}_milligram_delay"] for dose in ("quarter", "half", "one")]
    assert [result.passed for result in daily] == [True, False, False]
    assert all(result.explained for result in daily[1:])


@pytest.mark.parametrize("name", ["period of the settled cycle", "agonist daily for sixty days first flares"])
def test_an_unknown_metric_is_refused(name: str) -> None:
    with pytest.raises(CardError, match="'height' is not a metric of this set-up"):
        SET_UPS["menstrual-cycle"](library().card(CARD), "published", replace(entry(name), metric="height"))


def test_another_phase_is_refused() -> None:
    asked = replace(entry("period of the settled cycle"), metric="median_menopausal_lh")
    with pytest.raises(Exception, match="'menopausal' is not a phase"):
        SET_UPS["menstrual-cycle"](library().card(CARD), "published", asked)


def test_drawn_women_spread_about_as_measured() -> None:
    # the entry asks for 128 women; a quarter of them is enough to see a spread that is there and not wild
    spread = next(
        entry for entry in library().card(CARD).variant("refitted").reproduces if entry.metric == "cycle_length_sd"
    )
    few = replace(spread, arguments={"people": "32"})
    assert 1.0 < WOMEN["menstrual-cycle-women"](library().card(CARD), "refitted", few) < 8.0
    with pytest.raises(CardError, match="'height' is not a metric"):
        WOMEN["menstrual-cycle-women"](library().card(CARD), "refitted", replace(few, metric="height"))


def test_the_perimenopause_has_higher_fsh_and_shorter_cycles() -> None:
    results = {result.metric: result for result in verify([CARD]) if result.variant == "perimenopause"}
    assert all(result.passed for result in results.values())
    assert results["median_follicular_fsh"].predicted > 9.0  # IU/L, against 7 in the refitted cycle


def test_levels_are_read_as_the_assay_of_the_row_reads_them() -> None:
    observed = library().card("cycle-hormones").rows
    (row,) = [row for row in observed if row.id == "ajp_follicular_progesterone"]
    result = row.result()
    read = SET_UPS["menstrual-cycle"](library().card(CARD), None, result)
    true = SET_UPS["menstrual-cycle"](library().card(CARD), None, replace(result, assay=None))
    card = library().card("immunoassay", "assays")
    floor = card.number("floor", "progesterone").to("nmol/L")
    bias = card.number("bias_ajp-heart-2018", "progesterone").to("1")
    assert read == pytest.approx(floor + bias * true, rel=1e-9)
