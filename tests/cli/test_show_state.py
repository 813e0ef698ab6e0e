import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app
from neurosteroid.cli.show_state import sparkline


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_a_state_is_drawn_with_its_hormones_and_sources(call, tmp_path):
    done = call("show", "postpartum", "--figure", "plot.svg")
    assert done.exit_code == 0, done.stderr
    for word in ("plasma.progesterone", "█", "day after delivery", "Sources:", "wald2022", "The plot is in plot.svg"):
        assert word in done.stdout
    root = ElementTree.fromstring((tmp_path / "plot.svg").read_text(encoding="utf-8"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Estradiol in plasma" in "".join(root.itertext())


def test_a_state_as_json_holds_its_course(call):
    data = json.loads(call("show", "states/postpartum", "--json").stdout)
    assert data["axis"] == "day after delivery"
    course = data["outputs"]["plasma.progesterone"]
    assert len(course["values"]) == len(data["places"]) == len(data["hours"])
    assert course["unit"] == "ng/mL"
    assert course["values"][0] > 100 * course["values"][-1]


def test_states_are_listed(call):
    told = call("list", "states").stdout
    assert "menstrual-cycle" in told
    assert "pregnancy" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "postpartum", "--variant", "x"), "leave 'x' away"),
        (("show", "allopregnanolone", "--svg", "a.svg"), "only these are drawn"),
        (("show", "postpartm"), "Did you mean 'postpartum'"),
        (("show", "postpartum", "--svg", "nowhere/a.svg"), "there is no folder 'nowhere'"),
        (("show", "postpartum", "--figure", "a.pdf"), "does not end in '.svg'"),
        (("show", "postpartum", "--svg", "a.png"), "does not end in '.svg'"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(call, arguments, said):
    done = call(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_course_is_one_line_of_blocks_linear_or_logarithmic():
    assert sparkline(np.array([0.0, 0.5, 1.0])) == "▁▅█"
    assert sparkline(np.array([1e-3, 1.0, 1e3])) == "▁▅█"
    assert sparkline(np.zeros(5)) == "▁▁▁▁▁"
