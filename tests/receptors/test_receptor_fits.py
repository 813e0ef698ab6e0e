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
