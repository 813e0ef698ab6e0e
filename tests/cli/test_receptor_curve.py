import json

import pytest
from typer.testing import CliRunner

from neurosteroid.cli.app import app


@pytest.fixture
def call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


def test_the_curve_of_gaba_has_the_published_half_maximal_concentration(call):
    data = json.loads(call("receptor", "curve", "a1b2g2", "--json").stdout)
    # 26 umol/L is fitted on the card to five digits
    assert data["curves"][0]["half_effective_concentration"] == pytest.approx(26, rel=1e-3)
    assert data["unit"] == "umol/L"


def test_an_unknown_isoform_names_what_comes_close(call):
    done = call("receptor", "curve", "a1b2g")
    assert done.exit_code == 2
    assert "Did you mean 'a1b2g2'" in done.stderr
