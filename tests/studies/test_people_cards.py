"""People of every card can be drawn and followed: men, women of reproductive age, and after the menopause."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import CardError, InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model import assemble
from neurosteroid.model.sexes import sex_of
from neurosteroid.model.states import Sex
from neurosteroid.studies.config import config_from_data
from neurosteroid.studies.people import Population

CARDS = sorted(library().names("people"))


def table(**population: Any) -> dict[str, Any]:
    return {
        "name": "people",
        "title": "t",
        "question": "q",
        "population": {"size": 3, **population},
        "protocols": [{"card": "no-drug"}],
    }


@pytest.mark.parametrize("name", CARDS)
def test_weights_and_ages_are_those_of_the_card(name: str) -> None:
    card = library().card(name, "people")
    drawn = Population(name, 4000, 5).draw(assemble(), Ledger())
    sd = card.number("weight_mean").spread
    assert sd is not None
    assert sd.value is not None
    # 4000 draws have a standard error of about 1 % of the standard deviation, a mean one of half a per cent
    assert drawn.weight.std() == pytest.approx(sd.value, rel=0.05)
    assert drawn.weight.mean() == pytest.approx(card.number("weight_mean").to("kg"), rel=0.025)
    for key, values in (("weight", drawn.weight), ("age", drawn.age)):
        unit = "kg" if key == "weight" else "year"
        assert values.min() >= card.number(f"{key}_lowest").to(unit)
        assert values.max() <= card.number(f"{key}_highest").to(unit)


def test_men_are_followed_as_men() -> None:
    men = ns.population("men", size=60, seed=2)
    found = ns.study(
        men, ["no-drug"], until="4 h", step="1 h", measures=[{"output": "plasma.estradiol", "kind": "cmax"}]
    )
    levels = np.asarray(found.individuals.columns["plasma.estradiol.cmax"], dtype=float)
    # quartiles of the card: 99 and 139 pmol/L
    assert np.median(levels) == pytest.approx(0.119, rel=0.1)
    assert 0.02 < np.subtract(*np.quantile(levels, [0.75, 0.25])) < 0.06
    with pytest.raises(InputError, match="a male person is not in the state Pregnancy"):
        ns.study(men, ["no-drug"], states=[ns.Pregnancy(week=20)], until="4 h")


def test_the_same_people_are_drawn_whatever_the_sex_of_another_card() -> None:
    assert sex_of("men") is Sex.MALE
    assert {name for name in CARDS if sex_of(name) is Sex.MALE} == {"men"}
    assert Population("men", 3, 1).sex is Sex.MALE


def test_a_study_of_a_sex_is_told_which_card() -> None:
    with pytest.raises(
        InputError, match=r"population: the card of people says their sex.*card = 'men' for male people"
    ):
        config_from_data(table(card="postpartum", sex="male"))
    assert config_from_data(table(card="men")).population.card == "men"


def test_women_after_the_menopause_differ() -> None:
    women = ns.population("after-menopause", size=100, seed=3)
    wanted = [{"output": f"plasma.{name}", "kind": "cmax"} for name in ("lh", "fsh", "estradiol")]
    found = ns.study(women, ["no-drug"], states=[ns.Menopause()], until="2 h", step="1 h", measures=wanted)
    for name, low, high in (("lh", 19.7, 36.6), ("fsh", 88.8, 171.7), ("estradiol", 0.0062, 0.0224)):
        levels = np.asarray(found.individuals.columns[f"plasma.{name}.cmax"], dtype=float)
        # quartiles of 100 women scatter by about a sixth of a standard deviation, here at most 0.16 of ln
        assert np.quantile(levels, [0.25, 0.75]) == pytest.approx([low, high], rel=0.3)


def test_a_card_with_another_word_for_a_sex_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from neurosteroid.model import sexes

    class Shelf:
        def card(self, name: str, kind: str) -> Any:
            return Card()

    class Card:
        path = None

        def variant(self) -> Any:
            return type("Variant", (), {"settings": {"sex": "men"}})

    monkeypatch.setattr(sexes, "library", Shelf)
    monkeypatch.setattr(sexes, "shown_path", lambda path: "people/x.toml")
    with pytest.raises(CardError, match=r"people/x.toml: settings.sex: 'men' is no sex"):
        sexes.sex_of("x")
