"""Set-ups put predictions on the scale of the row's assay, and a comparison that does not is marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neurosteroid.errors import InputError
from neurosteroid.evidence import Compare, Comparison, Observed, Reproduces, Role, Status, library
from neurosteroid.studies import verification
from neurosteroid.studies.readings import read, watched

DHP = "5alpha-dihydroprogesterone"
ENTRY = Reproduces(
    name="row",
    set_up="made-for-this-test",
    metric="level",
    observed=Observed(value=0.16, unit="ng/mL"),
    compare=Compare(kind=Comparison.FOLD, tolerance=1.1),
    role=Role.CHECK,
    status=Status.DERIVED,
    assay="radioimmunoassay",
    note="made for this test",
)


def test_without_an_assay_the_truth_is_read() -> None:
    with watched() as seen:
        assert read(replace(ENTRY, assay=None), {DHP: 0.016}, DHP, unit="ng/mL") == 0.016
    assert seen == []


def test_with_an_assay_its_scale_is_applied_and_noted() -> None:
    with watched() as seen:
        assert read(ENTRY, {DHP: 0.016}, DHP, unit="ng/mL") == pytest.approx(0.16)
    assert seen == ["radioimmunoassay"]


def test_a_missing_analyte_is_named() -> None:
    with pytest.raises(InputError, match=f"{DHP} is missing"):
        read(ENTRY, {}, DHP)


@pytest.mark.parametrize(("reads", "passed"), [(True, True), (False, False)])
def test_a_comparison_off_the_scale_of_the_assay_is_marked(
    monkeypatch: pytest.MonkeyPatch, reads: bool, passed: bool
) -> None:
    def set_up(card: object, variant: object, entry: Reproduces) -> float:
        return float(read(entry, {DHP: 0.016}, DHP, unit="ng/mL")) if reads else 0.016

    monkeypatch.setattr(verification, "_set_ups", lambda: {"made-for-this-test": set_up})
    found = verification.check(library().card("brexanolone"), "", ENTRY, "observations/example")
    assert found.passed is passed
    assert ("not put on the scale of radioimmunoassay" in found.statement) is not reads
    assert found.assay == "radioimmunoassay"
