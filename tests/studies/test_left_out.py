"""What is in no table is said with its reason and its arms."""

import pytest

import neurosteroid as ns
from neurosteroid.dosing import arm_from
from neurosteroid.dosing.carrier import with_carriers
from neurosteroid.errors import EventError
from neurosteroid.model.states import Sex
from neurosteroid.studies.left_out import empty_cells, silent_receptors, why_no_outcomes

ZURANOLONE = arm_from("zuranolone-50")
BREXANOLONE = arm_from("brexanolone-label")
NOTHING = arm_from("no-drug")


def test_outcomes_that_are_there_need_no_reason():
    assert why_no_outcomes([BREXANOLONE, NOTHING], [ns.Postpartum(day=10)]) is None
    assert why_no_outcomes([BREXANOLONE], []) is None


def test_the_arm_and_the_drug_that_keep_outcomes_out_are_named_and_the_others_told():
    said = why_no_outcomes([ZURANOLONE, BREXANOLONE], [ns.Postpartum(day=10)])
    assert "with zuranolone (zuranolone-50)." in said
    assert "The other arms have none either" in said
    assert "The other arms" not in why_no_outcomes([ZURANOLONE], [ns.Postpartum(day=10)])


def test_men_have_no_outcomes_and_are_told_so_in_the_limits_of_their_study():
    assert "with a man (all arms)" in why_no_outcomes([BREXANOLONE], [], sex=Sex.MALE)
    people = ns.population("men", size=2, seed=1)
    study = ns.study(people, ["brexanolone-label"], until="2 day", step="6 h")
    assert "a man (all arms)" in " ".join(study.left_out)
    assert "a man (all arms)" in " ".join(study.limits)
    assert not any("answer to the drug that is given" in text for text in study.limits)


def test_a_state_keeps_outcomes_out_of_all_arms():
    said = why_no_outcomes([BREXANOLONE, ZURANOLONE], [ns.Menopause()])
    assert "Menopause (all arms) or zuranolone (zuranolone-50)" in said


def test_arms_without_one_exposure_and_compounds_that_the_body_makes_are_told():
    treatment = arm_from("antagonist-stimulation")
    own = arm_from(ns.Protocol.parse("200 mg orally every 12 h x 4", name="oral", compound="progesterone"))
    said = empty_cells([treatment, own, NOTHING], {"oral"})
    assert len(said) == 2
    assert "several compounds" in said[0]
    assert "progesterone too" in said[1]


def test_several_compounds_are_told_only_of_arms_that_give_several_drugs():
    one = arm_from("natural-cycle-frozen-transfer")
    assert len(one.given) == 1
    said = empty_cells([one], ())
    assert len(said) == 1
    assert "several compounds" not in said[0]
    assert "'natural-cycle-frozen-transfer' is a treatment" in said[0]
    assert empty_cells([with_carriers(BREXANOLONE)], ()) == ()
    assert len(with_carriers(BREXANOLONE).given) == 2


def test_medicines_are_named_once():
    taken = [ns.Medication("itraconazole"), ns.Medication("dutasteride"), ns.RenalImpairment("severe")]
    said = why_no_outcomes([BREXANOLONE], taken)
    assert "with itraconazole, dutasteride, RenalImpairment (all arms)" in said


def test_the_carrier_is_shown_by_mass():
    women = ns.population("postpartum", size=2, seed=1)
    states = [ns.RenalImpairment("end-stage")]
    study = ns.study(women, ["brexanolone-label"], states=states, until="72 h", step="6 h")
    row = next(row for row in study.summary.rows() if row["metric"] == "sbecd_highest")
    peak = study.bands["brexanolone-label", "plasma.sbecd"].mean.max()
    assert row["unit"] == "ug/mL"
    assert row["label"] == "Highest SBECD in plasma"
    # nmol/L to ug/mL by 2163 g/mol; the mean of women's peaks is at least the peak of their mean
    assert peak * 2.163e-3 <= row["mean"] <= 1.05 * peak * 2.163e-3
    assert not any("several compounds" in text for text in study.left_out)


def test_a_drug_at_receptors_that_answer_to_another_is_told():
    said = silent_receptors([ZURANOLONE, BREXANOLONE], ["receptor.a1b2g2.potentiation"])
    assert said.startswith("What zuranolone (zuranolone-50) does at receptors is not followed")
    assert silent_receptors([ZURANOLONE], ["plasma.zuranolone"]) is None
    assert silent_receptors([BREXANOLONE, NOTHING], ["receptor.a1b2g2.potentiation"]) is None
    oral = arm_from("luteal-progesterone-oral")  # progesterone itself has no action on any receptor card
    assert silent_receptors([oral], ["receptor.a1b2g2.potentiation"]) is None


def test_a_study_says_it_in_its_limits_and_as_what_is_left_out():
    women = ns.population("postpartum", size=2, seed=1)
    study = ns.study(women, ["zuranolone-50"], states=[ns.Postpartum(day=10)], until="24 h", step="6 h")
    assert any("zuranolone (zuranolone-50)" in text for text in study.left_out)
    assert study.left_out[0] in study.limits


def test_rules_on_doses_with_a_lag_name_arm_protocol_and_compound():
    ruled = ns.Protocol.parse(
        "200 mg orally every 12 h x 4 with rules: hold when plasma.progesterone >= 20 ng/mL",
        name="capsule",
        compound="progesterone",
    )
    beside = ns.Protocol.parse("0.25 mg subcutaneously every 24 h x 2", name="cetro", compound="cetrorelix")
    women = ns.population("postpartum", size=2, seed=1)
    with pytest.raises(EventError, match=r"protocols: capsule \+ cetro, protocol 'capsule': progesterone \(oral\)"):
        ns.study(women, [[ruled, beside]], states=[ns.MenstrualCycle(day=1)], until="2 day", step="6 h")
    woman = ns.Person(weight="60 kg", states=[ns.MenstrualCycle(day=1)])
    with pytest.raises(EventError, match="protocol 'capsule': progesterone"):
        ns.simulate(woman, ruled, until="2 day")
