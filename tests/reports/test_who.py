"""A study of men calls them men, and does not say that their own hormones are left out."""

from __future__ import annotations

import html
import re

import neurosteroid as ns
from neurosteroid.reports.html import render
from neurosteroid.reports.who import who_of

RULED = "60 ug/kg/h for 4 h with rules: hold when plasma.allopregnanolone >= 20 nmol/L"


def words(card: str, *given: ns.Protocol | str) -> str:
    found = ns.study(ns.population(card, size=12, seed=1), ["no-drug", *given], until="6 h", step="1 h")
    return re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<[^>]+>", " ", render(found))


def test_men_are_called_men() -> None:
    men, women = words("men"), words("postpartum")
    assert "12 virtual men drawn" in " ".join(men.split())
    assert "12 virtual women drawn" in " ".join(women.split())
    assert "own steroid is left out" in women
    assert "own steroid is left out" not in men
    assert who_of("men").her == "his"


def test_figures_rules_and_limits_name_the_people_too() -> None:
    plan = ns.Protocol.parse(RULED)
    men, women = (" ".join(words(card, plan).split()) for card in ("men", "postpartum"))
    said = (
        "median; band: 5 to 95 % of {many}",
        "of 12 {many} in each arm",
        "Shares of {many} along time",
        "% of {many}",
        "Rules act on each {one}'s own course",
    )
    for phrase in said:
        assert phrase.format(many="men", one="man") in html.unescape(men), phrase
        assert phrase.format(many="women", one="woman") in html.unescape(women), phrase
        assert phrase.format(many="women", one="woman") not in html.unescape(men), phrase
