"""Units: what is read, what is refused, and the two ways through a molar mass."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid import units
from neurosteroid.errors import UnitError

ALLOPREGNANOLONE = 318.5


def test_nanogram_becomes_nanomole_by_hand():
    # 1 ng/mL = 1 ug/L; divided by 318.5 g/mol = 3.1397 nmol/L
    found = units.convert(1.0, "ng/mL", "nmol/L", molar_mass=ALLOPREGNANOLONE)
    assert found == pytest.approx(1e3 / ALLOPREGNANOLONE, rel=1e-14)


@given(st.floats(1e-12, 1e12), st.floats(1.0, 2000.0))
def test_mass_to_molar_and_back_is_the_identity(value, molar_mass):
    there = units.convert(value, "pg/mL", "nmol/L", molar_mass=molar_mass)
    assert units.convert(there, "nmol/L", "pg/mL", molar_mass=molar_mass) == pytest.approx(value, rel=1e-12)


def test_arrays_keep_their_shape():
    found = units.convert(np.ones((2, 3)), "mg", "ug")
    assert found.shape == (2, 3)
    assert np.all(found == 1000.0)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("68 kg", "kg", 68.0),
        ("30 min", "h", 0.5),
        ("2 day", "h", 48.0),
        ("1e3ng/mL", "ug/mL", 1.0),
        ("50 IU", "IU", 50.0),
    ],
)
def test_quantities_are_read(text, unit, expected):
    assert units.parse(text, unit) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("text", ["68", "kg", "68 kgg", "68 L", "", "nan kg", "1e999 kg", "68 kg kg]", True, 68, None])
def test_what_has_no_clear_unit_is_refused_with_the_place(text):
    with pytest.raises(UnitError, match=r"^Person\.weight: "):
        units.parse(text, "kg", where="Person.weight")


def test_mass_for_molar_without_molar_mass_says_what_is_missing():
    with pytest.raises(UnitError, match="molar mass"):
        units.convert(1.0, "ng/mL", "nmol/L")
    with pytest.raises(UnitError, match="above 0"):
        units.convert(1.0, "ng/mL", "nmol/L", molar_mass=-1.0)


def test_international_units_are_not_a_mass():
    with pytest.raises(UnitError, match="different things"):
        units.convert(1.0, "IU", "mg")


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("ug/kg/h", ("ug/h", True)),
        ("mg/kg", ("mg", True)),
        ("mg", ("mg", False)),
        ("IU / kg / day", ("IU / day", True)),
    ],
)
def test_weight_scaling_is_seen_in_the_text(unit, expected):
    assert units.split_weight_scaled(unit) == expected


def test_weight_scaling_twice_is_refused():
    with pytest.raises(UnitError, match="twice"):
        units.split_weight_scaled("ug/kg/kg")


def test_quantity_carries_its_unit():
    found = units.quantity(np.array([1.0, 2.0]), "nmol/L").to("umol/L")
    assert np.allclose(found.magnitude, [1e-3, 2e-3], rtol=1e-14, atol=0)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(UnitError):
        assert math.isfinite(units.parse(text, "kg"))


def test_control_characters_beside_a_number_are_space():
    assert units.parse("68\x1fkg", "kg") == 68.0


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        (150.0, "IU", "ug", 15.0),
        (15.0, "ug", "IU", 150.0),
        (150.0, "IU", "nmol", 0.5),
        (0.5, "nmol", "IU", 150.0),
        (150.0, "IU/h", "nmol/h", 0.5),
        (2.0, "IU", "IU", 2.0),
        (1.0, "mg", "ug", 1000.0),
    ],
)
def test_activity_becomes_mass_and_amount_by_the_activity_of_the_compound(value, unit, wanted, expected):
    found = units.convert_activity(value, unit, wanted, molar_mass=30000.0, activity=10.0)
    assert found == pytest.approx(expected, rel=1e-12)


def test_activity_without_the_activity_of_the_compound_is_refused():
    with pytest.raises(UnitError, match="Write the dose as mass"):
        units.convert_activity(150.0, "IU", "nmol", molar_mass=30000.0, where="plan")
