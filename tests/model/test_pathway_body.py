"""The pathway joins whatever requires it, and changes the one pool of allopregnanolone as it must."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import WiringError
from neurosteroid.model import joining
from neurosteroid.model.assembly import ANALYTE
from neurosteroid.model.bodies import bodies
from neurosteroid.model.contribution import Body, Contribution, Situation
from neurosteroid.physiology.pathway import FULL

PLACES = ("plasma", "brain", "receptor")
CHRONIC = ns.Person(weight="70 kg", states=[ns.Stress()])


@pytest.fixture
def quiet(monkeypatch):
    known = {name: bodies()[name] for name in ("allopregnanolone", "pathway")}
    known["quiet"] = Body(contribute=lambda *_: Contribution(), states=(ns.Stress,), requires=("pathway",))
    monkeypatch.setattr(joining, "bodies", lambda: known)
    return known


def joined(**options):
    return joining.join(Situation(person=CHRONIC, clock=8.0, until=1.0), **options)


def test_a_body_that_requires_the_pathway_has_all_of_it_at_rest(quiet):
    whole = joined()
    assert whole.bodies == ("allopregnanolone", "pathway", "quiet")
    assert {f"plasma.{analyte}" for analyte in FULL} <= set(whole.outputs)
    assert whole.run_in == 240.0
    assert whole.covariates["adrenal.drive"] == 1.0
    table = whole.covariate_table(np.array([70.0]))
    matrix, constant = whole.system.matrix(whole.system.parameters(1), table)
    states = np.linalg.solve(matrix[0], -constant[0])
    found = whole.system.outputs(
        ["plasma.allopregnanolone"], np.zeros((1, 1)), states[None, None], whole.system.parameters(1), table[:, None]
    )
    assert found["plasma.allopregnanolone"][0, 0] == pytest.approx(0.062 + 0.038 * 0.159, rel=1e-9)


def test_a_change_of_a_part_that_nobody_brings_is_refused(quiet):
    quiet["quiet"] = Body(
        contribute=lambda *_: Contribution(changes={"liver": {"size": 2.0}}), states=(ns.Stress,), requires=("pathway",)
    )
    with pytest.raises(WiringError, match="changes the part 'liver', which no body brings"):
        joined()


def test_a_brain_holds_what_it_makes_and_the_receptor_is_stated_from_there():
    course = ns.simulate(ns.Person(weight="70 kg", sex="male"), until="1 h")
    plasma, brain, receptor = (float(course[f"{place}.{ANALYTE}"][0].magnitude) for place in PLACES)
    # the numbers of the card 'brain-link'; 240 h of run-in leave nothing of the empty start
    assert brain == pytest.approx(2.97 * plasma + 17.1, rel=1e-6)
    assert receptor == pytest.approx(0.3367 * 2.97 * plasma, rel=1e-6)
