"""Suggestions help with slips, and never offer one drug for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.errors import close_names, slips, unknown_name

DRUGS = ["allopregnanolone", "brexanolone", "brexanolone-60", "brexanolone-label", "hamd17"]
WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize("name", ["zuranolone", "ganaxolone", "alfaxolone", "pregnanolone", "hydroxydione"])
def test_another_drug_is_no_slip(name):
    assert close_names(name, DRUGS) == []
    assert "Did you mean" not in unknown_name("card", name, DRUGS).message


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("brexanolne", "brexanolone"),
        ("Brexanolone", "brexanolone"),
        ("alopregnanolone", "allopregnanolone"),
        ("brexanolone-lable", "brexanolone-label"),
        ("hamd", "hamd17"),
    ],
)
def test_a_slip_finds_what_was_meant(name, meant):
    assert close_names(name, DRUGS)[0] == meant


@pytest.mark.parametrize("name", ["granule", "granul", "Dentate", "granlue"])
def test_a_word_of_a_joined_name_finds_it(name):
    assert close_names(name, ["dentate-granule", "fast-spiking", "pyramidal"]) == ["dentate-granule"]
    assert close_names("cell", ["dentate-granule", "fast-spiking"]) == []


def test_short_names_forgive_one_slip():
    assert close_names("sead", ["seed", "time"]) == ["seed"]
    assert close_names("tmie", ["seed", "time"]) == ["time"]


@given(WORDS, WORDS)
def test_slips_are_counted_the_same_both_ways(one, other):
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips(one, other) <= max(len(one), len(other))


def test_a_swap_is_one_slip():
    assert slips("label", "lable") == 1
    assert slips("kitten", "sitting") == 3
