"""Cortex and spinal fluid at rest: by the link a person has, or by the one that a row names."""

from __future__ import annotations

from neurosteroid.studies.observed import verify_observed


def test_cortex_of_another_study_is_held_against_the_default_link_and_missed() -> None:
    results = {result.name: result for result in verify_observed(["brain-and-fluid"])}
    assert results["naylor_control"].passed is False
    assert results["naylor_control"].ratio < 0.05
    assert results["naylor_control"].explained
    # the rows that made the numbers name the link with local synthesis
    assert results["marx_control"].passed
    assert results["uzunova_fluid"].passed
    assert {results[name].role for name in ("marx_control", "uzunova_fluid")} == {"fit"}
