"""Progestins act like progesterone and make no neurosteroid."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.dosing import Protocol
from neurosteroid.model.bodies.menstrual_cycle import PROGESTINS
from neurosteroid.physiology.pathway import FULL


@pytest.mark.parametrize("compound", PROGESTINS)
def test_nothing_of_a_progestin_enters_the_pathway(compound):
    woman = ns.Person(weight="70 kg")
    given = ns.simulate(woman, Protocol.parse("10 mg orally every 24 h x 2", compound=compound), until="48 h")
    assert given.values[f"plasma.{compound}"].max() > 0.5  # nmol/L
    for analyte in FULL:
        course = given.values[f"plasma.{analyte}"]
        # at rest before and after: the run-in leaves 2e-6 of the empty start
        np.testing.assert_allclose(course, course[0], rtol=1e-5)
