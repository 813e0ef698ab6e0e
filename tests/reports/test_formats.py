import math

import pytest

from neurosteroid.reports import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (79.916, "79.9"),
        (99.96, "100"),
        (3470.58, "3471"),
        (12345.6, "12\u202f346"),
        (-3.71, "\u22123.71"),
        (0.0003, "0.000300"),
        (1.2e-7, "1.20 × 10⁻⁷"),
        (0.0, "0"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_numbers_have_three_digits_and_a_true_minus(value, text):
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (56.42, 111.6, "56.4 to 112"),
        (-25.06, -0.5687, "\u221225.1 to \u22120.6"),
        (-0.00001, 30.0, "0.0 to 30.0"),
        (0.0, 54.5, "0 to 54.5"),
        (0.0, 0.0, "0 to 0"),
        (math.nan, 1.0, "–"),
    ],
)
def test_both_ends_of_an_interval_are_written_alike(low, high, text):
    assert formats.interval(low, high) == text


def test_a_card_number_is_written_as_it_stands():
    assert [formats.exact(value) for value in (318.5, 0.0435, -4.03401, 150.0)] == [
        "318.5",
        "0.0435",
        "\u22124.03401",
        "150",
    ]


def test_shares_are_percentages():
    assert [formats.percentage(value) for value in (0.764, 0.07, 0.0, 1.0)] == ["76", "7.0", "0", "100"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ug/kg/h", "µg/kg/h"),
        ("ng*h/mL", "ng·h/mL"),
        ("umol/L", "µmol/L"),
        ("1", ""),
        ("percent", "%"),
        ("unit", "unit"),
    ],
)
def test_units_are_written_for_people(text, shown):
    assert formats.unit(text) == shown


def test_a_sentence_keeps_its_words():
    assert formats.sentence("60 ug/kg/h in a unit under use") == "60 µg/kg/h in a unit under use"


def test_a_breakable_name_is_escaped():
    assert formats.breakable("card[a].a_<b>") == "card[a].<wbr>a_<wbr>&lt;b&gt;"
