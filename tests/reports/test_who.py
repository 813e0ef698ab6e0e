"""A study of men calls them men, and does not say that their own hormones are left out."""

from __future__ import annotations

import re

import neurosteroid as ns
from neurosteroid.reports.html import render
from neurosteroid.reports.who import who_of


def words(card: str) -> str:
    found = ns.study(ns.population(card, size=12, seed=1), ["no-drug"], until="2 h", step="1 h")
    return re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<[^>]+>", " ", render(found))


def test_men_are_called_men() -> None:
    men, women = words("men"), words("postpartum")
    assert "12 virtual men drawn" in " ".join(men.split())
    assert "12 virtual women drawn" in " ".join(women.split())
    assert "own steroid is left out" in women
    assert "own steroid is left out" not in men
    assert who_of("men").her == "his"
