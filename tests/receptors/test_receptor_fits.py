"""The fitted numbers on the receptors' cards are what the committed script gives, from results it may use."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from neurosteroid.errors import InputError

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("fit_receptors")


def test_every_fit_gives_what_its_cards_hold(script) -> None:
    cards = script.Cards()
    for fit in script.FITS:
        entries = [script.entry(cards, place) for place in fit.results]
        observed = np.array([each.observed.value for each in entries], dtype=float)
        # from elsewhere, so that standing still is no success
        start = {place: 1.3 * cards.number(place) for places in fit.free.values() for place in places}
        moved = script.Cards()
        moved.held = cards.changed(start)
        values, residuals = script.run(fit, moved, observed, entries)
        held = [cards.number(places[0]) for places in fit.free.values()]
        # cards hold five or six digits; flat directions are found to a few thousandths
        assert values == pytest.approx(held, rel=5e-3), fit.title
        if len(fit.free) == len(entries):
            assert np.abs(residuals).max() < 0.01, fit.title
        for places in fit.free.values():
            assert len({cards.number(place) for place in places}) == 1, fit.title


def test_results_kept_for_checking_are_refused(script) -> None:
    with pytest.raises(InputError, match="only results of role fit"):
        script.entry(script.Cards(), ("a1b2g2", "oocyte", "shift of the GABA curve by etomidate"))


def of(script, title: str):
    """A fit, its claimed results and its solution."""
    cards, fit = script.Cards(), next(each for each in script.FITS if each.title == title)
    entries = [script.entry(cards, place) for place in fit.results]
    observed = np.array([each.observed.value for each in entries], dtype=float)
    return fit, cards, entries, script.run(fit, cards, observed, entries)[0]


def test_published_standard_errors_are_carried_through_a_solved_fit(script) -> None:
    found = of(script, "GABA at a1b2g2, hek")
    entry = found[2][0]
    # half-maximal GABA goes with the affinity, so both have the same relative error
    wide = 1.96 * entry.observed.spread.value / entry.observed.value
    (interval,) = script.propagated(*found)
    assert np.log(interval / found[3]) == pytest.approx([-wide, wide], rel=1e-3)


@pytest.mark.parametrize("title", ["GABA at a1b2g2, hek", "alfaxalone at a1b2g2", "pentobarbital at a1b2g2"])
def test_the_cards_hold_the_intervals_of_solved_fits(script, title: str) -> None:
    found = of(script, title)
    for interval, places in zip(script.propagated(*found), found[0].free.values(), strict=True):
        card, variant, key = places[0]
        spread = found[1].held[card].number(key, variant).spread
        assert (spread.low, spread.high) == pytest.approx(interval, rel=0.01)


def test_a_solved_fit_without_standard_errors_says_so(script) -> None:
    found = of(script, "gating of a1b3")
    assert script.propagated(*found) is None
    assert "no SE published for peak open probability, 1 mmol/L GABA (sd only)" in script.without_error(found[2])
    assert "(no spread)" in script.without_error(of(script, "etomidate at a1b2g2, L 8000")[2])
