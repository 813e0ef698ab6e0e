import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurosteroid as ns
from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies.enzyme_medicines import MEDICINES
from neurosteroid.physiology.enzymes import EnzymeInhibition, OneSite
from neurosteroid.physiology.inhibitors import inhibitor_parts, inhibitors
from neurosteroid.physiology.pathway import ACTIVITIES
from neurosteroid.studies.set_ups.pathway import body_at_rest
from neurosteroid.studies.verification import verify

REST = library().card("at-rest").variant().numbers


def activities(name, exposure=1.0):
    parts = inhibitor_parts(name, Ledger())
    return {enzyme: part.values(0.0, {}, {"exposure": exposure})["activity"] for enzyme, part in parts.items()}


def test_every_medicine_of_the_card_can_be_taken():
    assert set(MEDICINES) == set(inhibitors())


def test_every_enzyme_stands_at_rest():
    assert {f"activity.{enzyme}" for enzyme in ACTIVITIES} <= set(REST)
    for name in MEDICINES:
        assert {f"activity.{enzyme}" for enzyme in activities(name)} <= set(REST)


@given(st.floats(0.01, 5.0), st.floats(0.0, 1.0))
def test_activity_runs_from_one_to_what_the_card_says(at_regular_use, exposure):
    part = EnzymeInhibition(activity_at_regular_use=at_regular_use)
    low, high = sorted((1.0, at_regular_use))
    found = part.values(0.0, {}, {"exposure": exposure})["activity"]
    assert low * (1 - 1e-12) <= found <= high * (1 + 1e-12)
    assert part.values(0.0, {}, {"exposure": 0.0})["activity"] == 1.0
    assert part.values(0.0, {}, {"exposure": 1.0})["activity"] == pytest.approx(at_regular_use, rel=1e-12)


def test_type_2_alone_leaves_most_allopregnanolone_and_both_types_take_it():
    plain = body_at_rest()
    source = plain.balance(28.8)["ovary"]
    left = {
        name: plain.with_activities(activities(name)).balance_of_source(source)["allopregnanolone"]
        / plain.balance_of_source(source)["allopregnanolone"]
        for name in ("finasteride", "dutasteride", "dutasteride-2.5-mg", "fluoxetine", "fluoxetine-no-effect")
    }
    assert left["dutasteride-2.5-mg"] < left["dutasteride"] < left["finasteride"] < 1.0 < left["fluoxetine"]
    assert left["fluoxetine-no-effect"] == pytest.approx(1.0, rel=1e-12)


def test_published_sizes_come_out_or_are_explained():
    results = {result.name: result for result in verify(["enzyme-inhibitors"])}
    missed = {name for name, result in results.items() if not result.passed}
    assert missed == {
        "allopregnanolone in spinal fluid of men, months after finasteride",
        "allopregnanolone in spinal fluid rises with a reuptake inhibitor that slows oxidation",
        "allopregnanolone in spinal fluid rises with a reuptake inhibitor that does nothing to the enzyme",
        "the same where all 5alpha-dihydroprogesterone of the brain goes on to allopregnanolone",
        "progesterone left after three days of a block, second trimester",
        "progesterone left with 600 mg of epostane, early first trimester",
        "estradiol left with 600 mg of epostane, early first trimester",
    }
    assert {result.role for name, result in results.items() if name not in missed} == {"check", "consistency"}


def test_a_person_takes_one_and_her_allopregnanolone_falls():
    plain = ns.Person(weight="70 kg", states=[ns.Medication("fluoxetine-no-effect", since="-1 day")])
    treated = ns.Person(weight="70 kg", states=[ns.Medication("trilostane", since="-30 day")])
    levels = [
        ns.simulate(person, until="2 h", step="1 h").values["plasma.allopregnanolone"][-1]
        for person in (plain, treated)
    ]
    assert levels[0] == pytest.approx(0.068, rel=0.01)
    # trilostane acts on all that the adrenal gives
    assert levels[1] / levels[0] == pytest.approx(0.3, rel=1e-3)


def test_two_doses_of_one_medicine_at_one_time_are_refused_and_one_after_the_other_are_not():
    other = "dutasteride-2.5-mg"
    twice = ns.Person(weight="70 kg", states=[ns.Medication("dutasteride"), ns.Medication(other, since="5 day")])
    with pytest.raises(InputError, match="one medicine"):
        ns.simulate(twice, until="6 day", step="1 h")
    after = [ns.Medication("dutasteride", since="-9 day", until="0 h"), ns.Medication(other)]
    ns.simulate(ns.Person(weight="70 kg", states=after), until="2 h", step="1 h")


def test_what_chose_a_number_is_no_check():
    roles = {result.name: result.role for result in verify(["enzyme-inhibitors"])}
    assert roles["the luteal rise of allopregnanolone stays with 0.5 mg a day"] == "consistency"
    assert roles["allopregnanolone in spinal fluid rises with a reuptake inhibitor"] == "consistency"


def test_two_blockers_of_one_enzyme_share_its_site():
    enzymes = {each: part.activity_at_regular_use for each, part in inhibitor_parts("trilostane", Ledger()).items()}
    other = {each: part.activity_at_regular_use for each, part in inhibitor_parts("epostane", Ledger()).items()}
    names = [ns.Medication(name, since="-90 day") for name in ("trilostane", "epostane")]
    both = ns.simulate(
        ns.Person(weight="70 kg", states=[ns.MenstrualCycle(day=20), *names]), until="1 h", step="1 h"
    ).values
    one, two = enzymes["steroidogenesis-ovary"], other["steroidogenesis-ovary"]
    expected = 1 / (1 / one + 1 / two - 1)
    assert both["activity.steroidogenesis-ovary"][0] == pytest.approx(expected, rel=1e-6)
    assert one * two < expected < min(one, two)
    # the adrenal has one blocker only
    assert both["activity.steroidogenesis"][0] == pytest.approx(enzymes["steroidogenesis"], rel=1e-6)


@given(st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4), st.randoms())
def test_what_blockers_leave_together_knows_no_order(left, chance):
    def chain(values):
        whole = values[0]
        for value in values[1:]:
            part = OneSite(whole="whole", one="one", other="other")
            whole = part.values(0.0, {}, {"one": whole, "other": value})["whole"]
        return whole

    shuffled = list(left)
    chance.shuffle(shuffled)
    assert chain(shuffled) == pytest.approx(chain(left), rel=1e-9)
    assert chain(left) <= min(left) * (1 + 1e-9)
    # the same medicine twice as strong: exposures add up
    assert chain([left[0], left[0]]) == pytest.approx(1 / (1 + 2 * (1 / left[0] - 1)), rel=1e-9)
