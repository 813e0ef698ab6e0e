"""What one group of people is given: one protocol, or several compounds together."""

import pytest

from neurosteroid.dosing import Arm, Protocol, arm_from, protocol
from neurosteroid.errors import InputError, UnknownNameError

FSH = Protocol.parse("150 IU subcutaneously every 24 h x 3", "follitropin-alfa", "fsh")
NOTHING = protocol("no-drug")


def test_one_protocol_is_an_arm_of_its_name():
    arm = arm_from("brexanolone-label")
    assert (arm.name, arm.compounds, arm.card) == ("brexanolone-label", ("allopregnanolone",), None)
    assert arm.sentence() == protocol("brexanolone-label").sentence()
    assert arm_from(arm) is arm


def test_a_treatment_is_an_arm_of_its_compounds_in_one_time():
    arm = arm_from("antagonist-stimulation")
    assert arm.compounds == ("follitropin-alfa", "cetrorelix", "choriogonadotropin-alfa", "progesterone")
    assert arm.end_h == 12.5 * 24 + 27 * 12
    times = [dose.time_h for dose in arm.doses()]
    assert times == sorted(times)
    assert len(times) == 10 + 7 + 1 + 28
    assert "cetrorelix: at 120 h 0.25 mg subcutaneously every 24 h x 7" in arm.sentence()


def test_a_list_is_one_arm_and_may_hold_a_treatment():
    arm = arm_from(["progestin-primed-stimulation", "luteal-progesterone-vaginal"])
    assert arm.name == "progestin-primed-stimulation + luteal-progesterone-vaginal"
    assert arm.card == "progestin-primed-stimulation"
    assert arm.compounds[-1] == "progesterone"


def test_what_gives_nothing_may_stand_beside():
    arm = arm_from([NOTHING, FSH])
    assert arm.first is FSH
    assert arm.given == (FSH,)
    assert arm_from(NOTHING).given == ()
    assert arm_from(NOTHING).end_h == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "the list is empty"),
        ([FSH, FSH], "two protocols give 'follitropin-alfa'"),
        (["antagonist-stimulation", "luteal-progesterone-oral"], "two protocols give 'progesterone'"),
        ([FSH, 3], r"protocol\[1\]: 3 is not a protocol"),
        (None, "None is not a protocol"),
    ],
)
def test_what_cannot_be_given_together_is_refused(given, said):
    with pytest.raises(InputError, match=said):
        arm_from(given)


def test_a_misspelt_treatment_is_found_among_protocols_and_treatments():
    with pytest.raises(UnknownNameError, match="Did you mean 'antagonist-stimulation'"):
        arm_from("antagonist-stimulaton")


def test_an_arm_gives_something_to_be_called_one():
    with pytest.raises(InputError, match="empty"):
        Arm("none", "None", ())
