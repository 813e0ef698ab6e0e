"""Public datasets come in without loss; they are not part of the project, so the tests need the folder beside it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from neurosteroid.dosing import EventTable, read_event_table, write_event_table

FOLDER = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the public datasets are not beside the project")

THEOPHYLLINE: dict[str, Any] = {
    "time_unit": "h",
    "amount_unit": "mg",
    "value_unit": "mg/L",
    "codes": "rxode2",
    "constant": ["WT"],
}
WARFARIN: dict[str, Any] = {
    "time_unit": "h",
    "amount_unit": "mg",
    "value_unit": {"cp": "mg/L", "pca": "percent"},
    "constant": ["wt", "age", "sex"],
}
DAPAGLIFLOZIN: dict[str, Any] = {
    "time_unit": "h",
    "amount_unit": "ug",
    "value_unit": "ng/mL",
    "doses": {"AMT_IV": "central", "AMT_ORAL": "depot"},
    "constant": ["WEIGHT", "AGE", "GENDER"],
    "dose_row_values": "after",
}


def cells(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


def reread(read: EventTable, path: Path, options: dict[str, Any], **changed: Any) -> EventTable:
    write_event_table(read, path)
    again = read_event_table(path, **{**options, **changed})
    assert repr(again.rows) == repr(read.rows)  # text, because NaN is not itself
    return again


def test_theophylline(tmp_path: Path) -> None:
    source = FOLDER / "nlmixr2data" / "theo_sd.csv"
    read = read_event_table(source, **THEOPHYLLINE)
    assert len(read.people) == 12
    assert len(read.observations.value) == 132
    dose = read.records_by_person({1: "depot"}, amount_unit="mg")["1"][0]
    assert (dose.state, dose.amount, dose.evid) == ("depot", 319.992, 1)
    reread(read, tmp_path / "out.csv", THEOPHYLLINE, codes="nonmem")
    # only the codes differ: 101 became 1
    expected = cells(source)
    for row in expected[1:]:
        row[expected[0].index("EVID")] = row[expected[0].index("EVID")].replace("101", "1")
    assert cells(tmp_path / "out.csv") == expected


def test_warfarin(tmp_path: Path) -> None:
    source = FOLDER / "nlmixr2data" / "warfarin.csv"
    read = read_event_table(source, **WARFARIN)
    seen = read.observations
    assert len(read.people) == 32
    assert (int((seen.observed == "cp").sum()), int((seen.observed == "pca").sum())) == (251, 232)
    assert set(seen.unit[seen.observed == "pca"]) == {"percent"}
    reread(read, tmp_path / "out.csv", WARFARIN)
    written, original = cells(tmp_path / "out.csv"), cells(source)
    assert written[1:] == original[1:]
    assert written[0] == ["ID", "TIME", "AMT", "DV", "DVID", "EVID", "wt", "age", "sex"]


def test_dapagliflozin(tmp_path: Path) -> None:
    source = FOLDER / "PKPDdatasets" / "dapa_IV_oral.csv"
    read = read_event_table(source, columns={"DV": "COBS"}, **DAPAGLIFLOZIN)
    people = read.records_by_person(amount_unit="ug")
    assert len(people) == 24
    given = [(record.time, record.state, record.amount) for record in people["1"] if record.is_dose]
    assert given == [(0, "central", 5000), (168, "depot", 5000), (360, "depot", 10000), (530, "depot", 25000)]
    # every row is an observation, also those that give a dose
    assert len(read.observations.value) == len(read.rows) == 1536
    assert read.observations.value[0] == 157.021
    reread(read, tmp_path / "out.csv", DAPAGLIFLOZIN)
    assert cells(tmp_path / "out.csv")[1:] == cells(source)[1:]
