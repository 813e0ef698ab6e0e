"""What a compound does in the platform is read off the parts, protocols and pages, not written down."""

import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app
from neurosteroid.evidence import library
from neurosteroid.studies.compound_uses import compound_uses


def test_progesterone_is_given_by_five_routes_and_becomes_four_steroids():
    uses = compound_uses("progesterone")
    assert set(uses["routes"]) == {"oral", "vaginal", "intramuscular", "subcutaneous", "intravenous"}
    assert set(uses["becomes"]) == {
        "20alpha-dihydroprogesterone",
        "5alpha-dihydroprogesterone",
        "5beta-dihydroprogesterone",
        "deoxycorticosterone",
    }
    assert uses["made from"] == ()
    assert "luteal-progesterone-oral" in uses["protocols"]
    assert {"progesterone-oral", "progesterone-vaginal"} <= set(uses["medicines"])
    assert {"pregnancy", "menstrual-cycle"} <= set(uses["states"])


def test_conversions_are_named_from_both_ends():
    assert "allopregnanolone" in compound_uses("5alpha-dihydroprogesterone")["becomes"]
    assert "5alpha-dihydroprogesterone" in compound_uses("allopregnanolone")["made from"]


@pytest.mark.parametrize("name", library().names("compounds"))
def test_every_compound_of_the_package_has_an_answer(name):
    uses = compound_uses(name)
    assert set(uses) == {"routes", "protocols", "made from", "becomes", "medicines", "states", "numbers"}


def test_show_prints_it_and_writes_it_as_json():
    shown = CliRunner().invoke(app, ["show", "compounds/progesterone"])
    assert shown.exit_code == 0, shown.stderr
    assert "progesterone in the platform" in shown.stdout
    data = json.loads(CliRunner().invoke(app, ["show", "compounds/progesterone", "--json"]).stdout)
    assert data["uses"]["routes"][0] == "oral"
