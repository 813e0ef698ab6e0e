"""A report names the cards that are not the package's, and how to run with them again."""

import hashlib
import re

import pytest

from neurosteroid.evidence import library
from neurosteroid.evidence.lookup import FOLDER_VARIABLE
from neurosteroid.reports.html import render
from neurosteroid.studies import conduct
from tests.reports.small_study import small

MOOD = """
title = "My scale"
description = "Slower."
default = "slow"
[variants.slow]
extends = "hamd17[half-effect-30]"
[variants.slow.numbers.placebo_time_constant]
value = 48
unit = "h"
assumed = "for the test"
"""
PLAN = """
title = "Mine"
description = "Short."
compound = "allopregnanolone"
route = "intravenous"
[[steps]]
start = { value = 0, unit = "h", assumed = "for the test" }
until = { value = 6, unit = "h", assumed = "for the test" }
rate = { value = 30, unit = "ug/kg/h", assumed = "for the test" }
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "my cards"
    for kind, name, text in (("outcomes", "hamd17", MOOD), ("protocols", "sedation", PLAN)):
        (place / kind).mkdir(parents=True)
        (place / kind / f"{name}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(place))
    return place


def test_a_report_names_own_cards_and_reruns_with_their_folder(folder):
    # the protocol has the name of a package card of another kind, which must not confuse anybody
    config = small(protocols=[{"card": "sedation"}, {"card": "no-drug"}], population={"card": "postpartum", "size": 2})
    text = re.sub(r"<[^>]+>", "", render(conduct(config)))
    assert "2 own cards" in text
    assert "outcomes/hamd17.toml, in the place of the package card of this name; SHA-256 begins with" in text
    assert "protocols/sedation.toml; SHA-256 begins with" in text
    assert hashlib.sha256((folder / "protocols" / "sedation.toml").read_bytes()).hexdigest()[:16] in text
    assert "My scale (own card in place of the package&#39;s)" in text
    assert "neurosteroid --library &#39;my cards&#39; run small.toml" in text
    assert str(folder.parent) not in text


def test_a_report_of_the_package_alone_says_nothing_of_own_cards(study):
    text = render(study)
    assert "own card" not in text
    assert "--library" not in text


def test_a_number_is_found_on_its_card_though_two_cards_share_a_name(folder):
    card = library().card("sedation", "outcomes")
    assert library().card_of(card.number("threshold_mild")) is card
    plan = library().card("sedation", "protocols")
    assert library().card_of(plan.steps[0].rate) is plan
