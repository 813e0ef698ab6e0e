"""Studies: tables say what the courses say, and the number of workers changes nothing."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger
from neurosteroid.model import SHOWN, assemble, output_times, simulate_many
from neurosteroid.studies import conduct, config_from_data, pacing
from neurosteroid.studies.tally import Tally

SMALL = {
    "name": "small",
    "title": "Small",
    "question": "Does it run?",
    "seed": 5,
    "population": {"card": "postpartum", "size": 300},
    "protocols": [{"card": "brexanolone-label"}, {"card": "no-drug"}],
    "time": {"until": "72 h", "step": "1 h"},
    "window": {"label": "50 to 117 ng/mL", "low": "50 ng/mL", "high": "117 ng/mL"},
}


@pytest.fixture(scope="module")
def small():
    return conduct(config_from_data(SMALL))


def test_two_workers_give_the_same_table(small):
    other = conduct(config_from_data({**SMALL, "workers": 2}))
    for name, column in small.people.columns.items():
        assert list(column) == list(other.people.columns[name]), name
    for name, column in small.individuals.columns.items():
        assert np.array_equal(column, other.individuals.columns[name], equal_nan=name not in ("person", "protocol")), (
            name
        )
    for place, band in small.bands.items():
        assert np.array_equal(band.mean, other.bands[place].mean), place


def test_a_woman_has_the_same_numbers_in_a_smaller_study(small):
    other = conduct(config_from_data({**SMALL, "population": {"card": "postpartum", "size": 7}}))
    found = np.asarray(other.individuals["c_max"])[:7]
    # the batch differs, the arithmetic may round differently in the last places
    assert np.allclose(found, np.asarray(small.individuals["c_max"])[:7], rtol=1e-12, atol=0)


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, [(250, 300), (300, 300)]), (1e9, [(300, 300)])])
def test_progress_counts_women_whenever_a_part_is_done(monkeypatch, seconds, expected):
    monkeypatch.setattr(pacing, "TARGET", seconds)
    seen = []
    conduct(config_from_data(SMALL), progress=lambda done, total: seen.append((done, total)))
    assert seen == expected


def test_bands_are_the_quantiles_of_the_courses(small):
    assembly = assemble()
    women = ns.population("postpartum", size=300, seed=5).draw(assembly, Ledger())
    times = output_times("72 h", "1 h")
    found = simulate_many(
        assembly, ns.protocol("brexanolone-label"), women.weight, times, parameters=women.parameters
    ).values["plasma.allopregnanolone"]
    band = small.bands["brexanolone-label", "plasma.allopregnanolone"]
    assert np.allclose(band.p95, np.quantile(found, 0.95, axis=0), rtol=1e-10, atol=1e-12)
    assert np.allclose(band.mean, found.mean(axis=0), rtol=1e-10, atol=1e-12)


def test_summary_rows_agree_with_the_individual_rows(small):
    rows = {(row["protocol"], row["metric"]): row for row in small.summary.rows()}
    table = small.individuals
    mine = [place for place, name in enumerate(table["protocol"]) if name == "brexanolone-label"]
    highest = np.asarray(table["c_max"])[mine]
    row = rows["brexanolone-label", "c_max"]
    assert row["n"] == 300
    assert row["p50"] == pytest.approx(np.median(highest))
    share = np.asarray(table["responder"])[mine].mean()
    assert rows["brexanolone-label", "responder"]["mean"] == pytest.approx(share)
    assert ("no-drug", "c_max") not in rows


def test_contrasts_are_paired_differences(small):
    table = small.individuals
    change = np.asarray(table["hamd17_change"])
    expected = (change[:300] - change[300:]).mean()
    row = next(row for row in small.contrasts.rows() if row["metric"] == "hamd17_change")
    assert row["mean_difference"] == pytest.approx(expected, rel=1e-12)
    assert row["reference"] == "no-drug"


def test_sedation_shares_come_from_realised_levels(small):
    share = small.bands["no-drug", "sedation.at_least_mild"].mean
    # without drug nothing moves the level, so the share stays what it is at the start
    assert np.all(share == share[0])
    assert small.bands["brexanolone-label", "sedation.at_least_mild"].mean.max() > share[0]


def test_the_ledger_holds_people_protocols_and_model(small):
    cards = {number.card for number in small.ledger.numbers}
    assert any("postpartum" in card for card in cards)
    assert any("brexanolone-label" in card for card in cards)
    assert small.ledger.assumed


def test_two_protocols_of_one_name_are_refused():
    data = {**SMALL, "protocols": [{"card": "no-drug"}, {"card": "no-drug"}]}
    with pytest.raises(InputError, match="two protocols are called 'no-drug'"):
        conduct(config_from_data(data))


def test_a_study_of_python_objects():
    women = ns.population("postpartum", size=5, seed=1)
    plan = ns.Protocol.parse("30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h", name="short")
    found = ns.study(women, [plan], until="24 h", step="1 h")
    assert len(found.individuals) == 5
    assert found.protocols == (plan,)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"start": "8"}, "time.start: '8' is not a time of day"),
        ({"until": "4"}, "time.until: '4' has no unit"),
        ({"workers": 0}, "workers: .* greater than or equal to 1"),
    ],
)
def test_wrong_options_of_a_study_are_refused_in_words(options, said):
    with pytest.raises(InputError, match=said):
        ns.study(ns.population("postpartum", size=3, seed=1), [ns.protocol("brexanolone-label")], **options)


def _counted(level):
    """Return means along time of one protocol whose sedation levels are given and whose other outputs are 1."""
    tally = Tally(protocols=1, times=2, metrics=1, exact=True)
    values = {name: np.ones_like(level) for name in SHOWN} | {"sedation.level": level}
    tally.add_batch(
        0, [tally.add_courses(0, values, first=True)], np.full((len(level), 1), np.nan), np.empty((len(level), 0))
    )
    return tally


def test_shares_leave_out_women_who_did_not_finish():
    level = np.array([[0.0, 1.0], [1.0, np.nan], [2.0, 2.0]])
    mild = len(SHOWN)
    assert _counted(level).means()[0, mild].tolist() == [0.5, 1.0]
    assert np.isnan(_counted(level[1:2]).means()[0, mild]).all()


def test_a_metric_that_nobody_has_is_summarised_as_nothing():
    tally = _counted(np.zeros((2, 2)))
    assert tally.metric_moments()[0].tolist() == [0.0]
    assert np.isnan(tally.metric_quantiles((0.5,))).all()


def test_outcomes_are_read_at_the_hour_they_name_whatever_the_step(small):
    women = {"card": "postpartum", "size": 5}
    coarse = conduct(config_from_data({**SMALL, "population": women, "time": {"until": "72 h", "step": "7 h"}}))
    assert 60.0 in coarse.bands["no-drug", "mood.hamd17"].times
    found = np.asarray(coarse.individuals["hamd17_change"])
    assert np.allclose(found[:5], np.asarray(small.individuals["hamd17_change"])[:5], rtol=1e-10)
