"""Gonads that do not cycle keep the levels of their card, whatever the clearance is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.steady_gonads import steady_gonads, steady_spreads


def test_levels_after_the_menopause_are_those_of_the_card() -> None:
    ledger = Ledger()
    parts: dict[str, Any] = dict(steady_gonads("menopause", ledger))
    assert set(parts) == {"gonads_estradiol", "gonadotropins"}
    for clearance in (10.0, 50.0):
        secretion = parts["gonads_estradiol"].rates(0.0, {}, {"clearance": clearance})["secretion"]
        assert secretion / clearance == pytest.approx(11.6e-3, rel=1e-12)  # nmol/L
    assert parts["gonadotropins"].values(0.0, {}, {}) == {"lh": 27.4, "fsh": 125.9}
    assert "menopause-hormones-pmc9175594" in ledger.sources


def test_what_the_adrenal_keeps_up_is_not_secreted_again() -> None:
    parts: dict[str, Any] = dict(steady_gonads("men-as-measured", Ledger(), elsewhere={"progesterone": 0.159}))
    secretion = parts["gonads_progesterone"].rates(0.0, {}, {"clearance": 2.0})["secretion"]
    assert secretion == pytest.approx(2.0 * (0.8 - 0.159), rel=1e-12)
    assert "gonads_progesterone" not in steady_gonads("men", Ledger())
    assert set(library().card("steady-gonads").variant("men").numbers) == {"estradiol", "sd_estradiol"}


def test_people_differ_by_their_quartiles_and_nobody_takes_a_hormone_away() -> None:
    found = steady_spreads("menopause", Ledger())
    assert set(found) == {"gonads_estradiol.eta_level", "gonadotropins.eta_lh", "gonadotropins.eta_fsh"}
    # quartiles of a normal lie 1.349 standard deviations apart; the card's numbers have three digits
    assert math.exp(1.349 * found["gonadotropins.eta_lh"]) == pytest.approx(36.6 / 19.7, rel=2e-3)
    assert steady_spreads("men-as-measured", Ledger()).keys() == {
        "gonads_estradiol.eta_level",
        "gonads_progesterone.eta_level",
    }
    gonad: Any = steady_gonads("men-as-measured", Ledger(), elsewhere={"progesterone": 0.159})["gonads_progesterone"]
    for eta in (-8.0, 8.0):
        assert replace(gonad, eta_level=eta).rates(0.0, {}, {"clearance": 2.0})["secretion"] > 0


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="menopause"):
        steady_gonads("menopaus", Ledger())
