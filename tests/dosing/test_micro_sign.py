"""The micro sign: what a report prints can be pasted back into a study."""

import pytest

from neurosteroid.dosing import Protocol


@pytest.mark.parametrize("letter", ["\u00b5", "\u03bc"])
def test_both_signs_for_micro_are_read(letter):
    assert Protocol.parse(f"30 {letter}g/kg/h for 4 h").steps == Protocol.parse("30 ug/kg/h for 4 h").steps
