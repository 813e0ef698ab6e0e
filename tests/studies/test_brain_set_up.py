"""Cortex and spinal fluid at rest: by the link a person has, or by the one that a row names."""

from __future__ import annotations

from neurosteroid.studies.observed import verify_observed


def test_cortex_of_another_study_is_met_with_what_the_brain_makes_itself_and_checks_nothing() -> None:
    results = {result.name: result for result in verify_observed(["brain-and-fluid"])}
    assert results["naylor_control"].passed
    assert results["naylor_control"].role == "consistency"
    # the rows that made the numbers name the link with local synthesis
    assert results["marx_control"].passed
    assert results["uzunova_fluid"].passed
    assert {results[name].role for name in ("marx_control", "uzunova_fluid")} == {"fit"}
