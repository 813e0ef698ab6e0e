"""Circuits side by side: what is kept is what was run, and says when it is out of date."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnknownNameError
from neurosteroid.model.compared import Stage
from neurosteroid.model.compared_circuits import CircuitLevels, circuit_rows, read_levels, rests_on, run_circuit
from neurosteroid.model.compared_words import cells_of, changes_of

KEPT = Path(__file__).parents[2] / "docs" / "four-concentrations-circuits.json"
LEVELS = [0.0, 220.0]


@pytest.fixture(scope="module")
def levels() -> CircuitLevels:
    return run_circuit("cortex", LEVELS, "2 s", 2, synapse="jones-westbrook")


def test_levels_are_the_runs_of_the_circuit(levels: CircuitLevels) -> None:
    run = ns.circuit("cortex", "220 nmol/L").run("2 s", 2)
    for name in ("excitatory rate", "beta power"):
        assert levels.measures[name].mean.tolist() == [run[name].without.mean, run[name].with_.mean]
        assert levels.measures[name].low[1] == run[name].with_.low
        found = levels.measures[name]
        paired = [float(ends[1]) for ends in (found.change_mean, found.change_low, found.change_high)]
        assert paired == [run[name].change.mean, run[name].change.low, run[name].change.high]
        assert np.isnan(found.change_mean[0])
        assert len(changes_of(found.paired)) == 1
    assert np.array_equal(levels.spectra[0], run.columns["power without"])
    assert np.array_equal(levels.spectra[1], run.columns["power with"])


def test_rows_have_a_mean_inside_its_interval(levels: CircuitLevels) -> None:
    rows = {row.quantity: row for row in circuit_rows(levels)}
    rate = rows["excitatory rate"]
    assert rate.stage is Stage.CIRCUIT
    assert (rate.lowest <= rate.values).all()
    assert (rate.values <= rate.highest).all()
    assert rate.evidence == "part assumed"
    assert all("(" in text or text for text in cells_of(rate, middle=True))


def test_what_is_kept_is_read_again(levels: CircuitLevels) -> None:
    again = read_levels(json.loads(json.dumps(levels.plain())), synapse="jones-westbrook")
    for name, each in levels.measures.items():
        # five digits are kept
        assert again.measures[name].mean == pytest.approx(each.mean, rel=1e-4, nan_ok=True)
        assert again.measures[name].change_low == pytest.approx(each.change_low, rel=1e-4, nan_ok=True)
    assert rests_on(again.ledger) == rests_on(levels.ledger)


def test_the_kept_circuits_of_the_page_rest_on_the_cards_as_they_are() -> None:
    for written in json.loads(KEPT.read_text(encoding="utf-8")):
        found = read_levels(written, synapse="jones-westbrook")
        assert rests_on(found.ledger) == written["numbers"], "run scripts/circuit_levels.py again"


def test_names_of_populations_stay_in_their_panel(levels: CircuitLevels) -> None:
    found = ns.side_by_side(at=["220 nmol/L"], cells=["pyramidal"])
    # the longest names that there are, as those of the amygdala
    figure = found.with_circuits([levels, dataclasses.replace(levels, name="amygdala")]).plot()
    figure.canvas.draw()
    panels = [axes for axes in figure.axes if any("Firing rates" in text.get_text() for text in axes.texts)]
    named = [text for axes in panels for text in axes.texts if text.get_text().startswith("amy. ")]
    assert len(named) == 2
    for text in named:
        assert text.get_window_extent().x1 < panels[0].get_window_extent().x1


def test_circuits_join_cells_at_the_same_concentrations_only(levels: CircuitLevels) -> None:
    found = ns.side_by_side(at=["220 nmol/L"], cells=["pyramidal"])
    joined = found.with_circuits([levels])
    assert joined.at(Stage.CIRCUIT, "cortex")
    assert len(joined.ledger.numbers) > len(found.ledger.numbers)
    titles = [axes.texts[0].get_text() for axes in joined.plot().axes if axes.texts]
    assert any("Cortex" in title for title in titles)
    frame = joined.to_frame()
    power = frame[(frame["quantity"] == "beta power") & (frame["concentration (nmol/L)"] == 220)].iloc[0]
    assert power["change is"] == "ratio"
    assert power["change"] == levels.measures["beta power"].change_mean[1]
    assert set(frame[frame["stage"] != "circuit"]["change is"]) == {""}
    with pytest.raises(InputError, match="was run at"):
        ns.side_by_side(at=["50 nmol/L"], cells=["pyramidal"]).with_circuits([levels])


@pytest.mark.parametrize(("circuits", "error"), [(["cortx"], UnknownNameError), ("cortex", InputError)])
def test_wrong_circuits_are_refused(circuits: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        ns.side_by_side(circuits=circuits)
