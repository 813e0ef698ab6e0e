"""The pathway joins whatever requires it, and changes the one pool of allopregnanolone as it must."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import NeurosteroidError, WiringError
from neurosteroid.model import joining
from neurosteroid.model.analyte import ANALYTE
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


def test_a_part_that_nobody_brings_cannot_be_replaced_and_one_only_once(quiet):
    part = joined().parts["brain_link"]
    lost = Contribution(instead={"liver": part})
    quiet["quiet"] = Body(contribute=lambda *_: lost, states=(ns.Stress,), requires=("pathway",))
    with pytest.raises(WiringError, match="replaces the part 'liver', which no body brings"):
        joined()
    twice = Contribution(instead={"brain_link": part})
    quiet["quiet"] = Body(contribute=lambda *_: twice, states=(ns.Stress,), requires=("pathway",))
    with pytest.raises(WiringError, match="'pathway' and 'quiet' both replace the part 'brain_link'"):
        joined()


def levels(*names, **choice):
    """Brain, fluid and receptor at the end of three months of medicines, or without."""
    states = [ns.Medication(name, since="-90 day") for name in names]
    person = ns.Person(weight="70 kg", states=[ns.Menopause(), *states])
    course = ns.simulate(person, until="1 h", step="1 h", model=ns.ModelChoice(**choice))
    return {place: float(course.values[f"{place}.{ANALYTE}"][-1]) for place in (*PLACES, "csf")}


def test_medicines_on_enzymes_reach_the_brain_and_its_fluid():
    plain, fluoxetine, dutasteride, trilostane = (
        levels(*names) for names in ((), ("fluoxetine",), ("dutasteride",), ("trilostane",))
    )
    # the rise of fluid from which the activity on the card was derived: 2.5 times, less the little that blood brings
    assert 2.4 < fluoxetine["csf"] / plain["csf"] < 2.5
    # 17.1 nmol/L times what is left of type 1 after 90 of 19.8 days of half-life, 1 / (1 + 0.957 x 1.0408)
    own = dutasteride["brain"] - 2.97 * dutasteride["plasma"]
    assert own == pytest.approx(17.1 / (1 + (1 - 0.5 ** (90 / (475 / 24))) * (1 / 0.49 - 1)), rel=1e-3)
    assert dutasteride["csf"] / dutasteride["brain"] == pytest.approx(plain["csf"] / plain["brain"], rel=1e-9)
    # a block in the adrenal leaves what the brain makes
    assert trilostane["brain"] - 2.97 * trilostane["plasma"] == pytest.approx(17.1, rel=1e-6)
    # the receptor is stated from what blood brings; the brain lags behind the last days of a medicine by minutes
    for found in (plain, fluoxetine, dutasteride):
        assert found["receptor"] == pytest.approx(0.3367 * 2.97 * found["plasma"], rel=1e-2)


def test_where_the_receptor_sees_what_the_brain_makes_a_medicine_moves_it():
    plain, treated = (levels(*names, brain_link="local-synthesis") for names in ((), ("dutasteride",)))
    for found in (plain, treated):
        assert found["receptor"] == pytest.approx(0.3367 * found["brain"], rel=1e-9)
    assert treated["receptor"] < 0.6 * plain["receptor"]


def test_a_faster_reduction_makes_nothing_more_where_the_reductase_limits():
    plain, treated = (levels(*names, brain_synthesis="reductase-limits") for names in ((), ("fluoxetine",)))
    assert treated["csf"] / plain["csf"] < 1.02
    with pytest.raises(NeurosteroidError, match="reductase-limits, reduction-limits"):
        levels(brain_synthesis="none")


def test_much_oxidation_back_leaves_levels_in_balance_and_can_be_chosen():
    plain, rat = levels(), levels(pathway="rat-oxidation")
    # note of the variant: all levels of a body in balance are the same; the run-in leaves 2e-6 of the empty start
    assert rat["plasma"] == pytest.approx(plain["plasma"], rel=1e-5)
    with pytest.raises(NeurosteroidError, match="human, rat-oxidation"):
        levels(pathway="mouse")


def test_a_brain_holds_what_it_makes_and_the_receptor_is_stated_from_there():
    course = ns.simulate(ns.Person(weight="70 kg", sex="male"), until="1 h")
    plasma, brain, receptor = (float(course[f"{place}.{ANALYTE}"][0].magnitude) for place in PLACES)
    # the numbers of the card 'brain-link'; 240 h of run-in leave nothing of the empty start
    assert brain == pytest.approx(2.97 * plasma + 17.1, rel=1e-6)
    assert receptor == pytest.approx(0.3367 * 2.97 * plasma, rel=1e-6)
