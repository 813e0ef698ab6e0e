"""What an assay misreads of progesterone by mouth is among the limits of a study, both ways."""

import pytest

import neurosteroid as ns

WOMEN = ns.population("reproductive-age", size=2, seed=1)


def limits(arms, assay):
    found = ns.study(WOMEN, arms, states=[ns.Menopause()], until="12 h", step="3 h", assay=assay)
    return " ".join(found.limits)


@pytest.mark.filterwarnings("ignore")
def test_oral_progesterone_is_said_both_ways():
    oral = ns.Protocol.parse("200 mg orally", "progesterone", "capsule")
    after, usual = "immunoassay-after-oral-progesterone", "immunoassay"
    assert "given by mouth in capsule" in limits([oral, "no-drug"], usual)
    assert "multiplies progesterone in no-drug" in limits([oral, "no-drug"], after)
    assert "multiplies progesterone" not in limits([oral], after)
    assert "given by mouth in" not in limits(["no-drug"], usual)
