"""A steroid at several concentrations side by side: rows are what receptors and cells say, and what they rest on."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import InputError, UnitError, UnknownNameError
from neurosteroid.model.compared import Compared, Stage
from neurosteroid.model.compared_words import cells_of, number, unit_of
from neurosteroid.model.side_by_side import CELLS, SideBySide, side_by_side

AT = ["3 umol/L", "220 nmol/L"]
CELL = "dentate-granule"


@pytest.fixture(scope="module")
def found() -> SideBySide:
    return ns.side_by_side("ALLO", AT, cells=[CELL])


def _row(found: SideBySide, stage: Stage, quantity: str, what: str | None = None) -> Compared:
    return next(row for row in found.at(stage, what) if row.quantity.startswith(quantity))


def test_the_first_column_is_without_steroid_and_the_others_are_as_asked(found: SideBySide) -> None:
    assert found.steroid == "allopregnanolone"
    assert found.concentrations.tolist() == [0.0, 3000.0, 220.0]
    assert found.heads == ("without", "3 umol/L", "220 nmol/L")
    assert all(row.values.shape == (3,) for row in found.rows)
    stages = [tuple(Stage).index(row.stage) for row in found.rows]
    assert stages == sorted(stages)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_rows_of_a_cell_are_its_experiments(found: SideBySide, place: int) -> None:
    steroid = ["0 nmol/L", *AT][place]
    cell = ns.neuron(CELL, steroid=steroid)
    rest, firing = cell.currents(), cell.fi(points=2)
    for stage, quantity, value in (
        (Stage.TONIC, "tonic conductance", rest["tonic conductance"]),
        (Stage.TONIC, "tonic current", rest["tonic current"]),
        (Stage.MEMBRANE, "resting potential", rest["resting potential"]),
        (Stage.MEMBRANE, "reversal", rest["GABA reversal"]),
        (Stage.MEMBRANE, "input resistance", rest["input resistance"]),
        (Stage.FIRING, "rheobase", firing["rheobase"]),
        (Stage.FIRING, "gain", firing["gain"]),
    ):
        assert _row(found, stage, quantity).values[place] == pytest.approx(value)
    assert _row(found, Stage.MEMBRANE, "what GABA").words[place] == rest["regime"]
    event = ns.neuron(CELL, steroid=steroid, synapse="jones-westbrook").ipsc(hold="0 mV")
    assert _row(found, Stage.SYNAPSE, "charge").values[place] == pytest.approx(event["charge"])


def test_f_i_curves_share_their_currents(found: SideBySide) -> None:
    (cell,) = found.cells
    first = np.asarray(cell.firing[0]["current"])
    rates = np.array([np.asarray(each["rate"]) for each in cell.firing])
    assert all(np.array_equal(first, np.asarray(each["current"])) for each in cell.firing)
    twice = _row(found, Stage.FIRING, "rate at 2 times")
    place = int(np.argmin(np.abs(first - 2 * _row(found, Stage.FIRING, "rheobase").values[0])))
    assert twice.values.tolist() == rates[:, place].tolist()
    # columns stand as they were asked for, and more steroid is less firing
    assert twice.values[0] > twice.values[2] > twice.values[1]


def test_rows_of_receptors_are_open_probabilities(found: SideBySide) -> None:
    row = _row(found, Stage.RECEPTOR, "open probability", "a1b2g2")
    gaba = row.quantity.partition(" at ")[2].removesuffix(" GABA")
    for place, steroid in enumerate(["0 nmol/L", *AT]):
        there = {"GABA": gaba, "allopregnanolone": steroid}
        assert row.values[place] == pytest.approx(ns.receptor("a1b2g2").open_probability(there))
    assert row.relative()[0] == 1.0


def test_targets_have_two_ends_one_number_or_a_word(found: SideBySide) -> None:
    bounds = found.at(Stage.OTHER_TARGET, "tgr5")[0]
    assert bounds.lowest[1] < bounds.values[1] < bounds.highest[1]
    assert " to " in cells_of(bounds)[1]
    assert unit_of(bounds) == "%"
    channel = found.at(Stage.OTHER_TARGET, "calcium-l-type")[0]
    assert channel.lowest.tolist() == channel.highest.tolist()
    assert cells_of(channel)[1] == number(100 * channel.values[1])
    unknown = found.at(Stage.OTHER_TARGET, "sigma-1")[0]
    assert cells_of(unknown) == ("-", "unknown", "unknown")
    assert np.isnan(unknown.values).all()


def test_a_row_rests_on_its_own_numbers_and_no_others(found: SideBySide) -> None:
    cards = {
        stage: {each.card for row in found.at(stage) for each in row.ledger.numbers}
        for stage in (Stage.TONIC, Stage.MEMBRANE, Stage.SYNAPSE, Stage.FIRING)
    }
    assert "jones-westbrook" in cards[Stage.SYNAPSE]
    assert not any("jones-westbrook" in cards[stage] for stage in (Stage.TONIC, Stage.MEMBRANE, Stage.FIRING))
    assert {"a4b2d", "gaba-input", "granule-cell"} <= cards[Stage.TONIC]
    assert {each.where for each in _row(found, Stage.RECEPTOR, "open", "a4b2d").ledger.numbers} <= {
        each.where for each in found.ledger.numbers
    }
    assert _row(found, Stage.SYNAPSE, "charge").evidence == "part assumed"
    assert any("rates" in choice.said for choice in found.ledger.choices)


def test_the_table_has_every_row_at_every_concentration_with_what_it_rests_on(found: SideBySide) -> None:
    frame = found.to_frame()
    assert len(frame) == 3 * len(found.rows)
    assert (frame["assumed"] <= frame["numbers"]).all()
    assert frame.attrs["units"] == {"concentrations": "nmol/L"}
    assert found.sources()
    assert found.plot().get_figwidth() > 10


def test_three_cells_are_compared_unless_others_are_named() -> None:
    assert CELLS == ("dentate-granule", "pyramidal", "fast-spiking")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"steroid": "ganaxolone"}, UnknownNameError, "Known: allopregnanolone"),
        ({"steroid": None}, UnknownNameError, "No steroid that cells know 'None'"),
        ({"at": "5 nmol/L"}, InputError, "give a list"),
        ({"at": []}, InputError, "no concentration"),
        ({"at": ["0 nmol/L"]}, InputError, r"at\[0\]: '0 nmol/L' is not above 0"),
        ({"at": ["5 nmol/L", "-5 nmol/L"]}, InputError, r"at\[1\].*below 0"),
        ({"at": ["5 nmol/L", "0.005 umol/L"]}, InputError, "twice"),
        ({"at": ["5"]}, UnitError, r"at\[0\]"),
        ({"cells": []}, InputError, "no cell"),
        ({"cells": "pyramidal"}, InputError, r"\['pyramidal'\]"),
        ({"cells": ["granule"]}, UnknownNameError, "Did you mean 'dentate-granule'"),
        ({"cells": [["pyramidal"]]}, UnknownNameError, "No neuron"),
        ({"synapse": "jones"}, UnknownNameError, "jones-westbrook"),
        ({"hypothesis": "slower"}, UnknownNameError, "slower-closing"),
        ({"ambient": "-1 umol/L"}, InputError, "ambient"),
    ],
)
def test_wrong_input_is_answered_with_place_and_way_out(
    settings: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        side_by_side(**settings)


def test_numbers_have_three_digits_and_no_exponent() -> None:
    assert [number(value) for value in (0.0, 12776.0, 119.4, 0.2, -70.34, 5.5e-6)] == [
        "0", "12800", "119", "0.200", "-70.3", "< 0.0001",
    ]  # fmt: skip
