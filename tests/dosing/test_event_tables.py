"""Event tables: what a row means, what is refused and where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.dosing import CovariateColumn, EventTable, read_event_table, write_event_table
from neurosteroid.errors import EventError, InputError, UnitError

HEADER = "ID,TIME,AMT,RATE,II,ADDL,SS,EVID,CMT,DV,MDV,WT"
ROWS = [
    "1,0,100,0,0,0,0,1,1,.,1,60",
    "1,1,0,0,0,0,0,0,2,3.5,0,60",
    "1,4,50,25,12,2,1,1,2,.,1,60",
    "1,6,0,0,0,0,0,2,2,.,1,61",
    "1,0,100,-2,0,0,0,4,1,.,1,62",
    "2,0,0,10,0,0,1,1,2,.,1,70",
    "2,2,.,.,.,.,.,0,2,.,1,70",
]
UNITS = {"time_unit": "h", "amount_unit": "mg", "value_unit": "ng/mL"}
STATES = {1: "depot", 2: "central"}


def table(tmp_path: Path, rows: Sequence[str], header: str = HEADER, **options: Any) -> EventTable:
    path = tmp_path / "visits.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_event_table(path, **{**UNITS, **options})


def with_cell(row: int, column: str, text: str) -> list[str]:
    """Return the rows with one cell changed; `row` is the file's row number."""
    cells = ROWS[row - 2].split(",")
    cells[HEADER.split(",").index(column)] = text
    return [*ROWS[: row - 2], ",".join(cells), *ROWS[row - 1 :]]


def test_records_carry_every_item(tmp_path: Path) -> None:
    weight = CovariateColumn("WT", "kg", port="person.weight", port_unit="kg")
    read = table(tmp_path, ROWS, covariates=[weight])
    people = read.records_by_person(STATES, amount_unit="mg")
    bolus, seen, infusion, other, reset = people["1"]
    assert (bolus.state, bolus.amount, bolus.evid, bolus.row) == ("depot", 100, 1, 2)
    assert (seen.evid, seen.row, seen.time) == (0, 3, 1)
    assert (infusion.rate, infusion.interval, infusion.additional, infusion.steady_state) == (25, 12, 2, 1)
    assert other.covariates == {"person.weight": 61}
    assert (reset.evid, reset.rate, reset.state) == (4, -2, "depot")
    # the clock starts again with the reset; the engine's goes on from the row before
    assert reset.time == other.time == 6
    endless, missing = people["2"]
    assert (endless.amount, endless.rate, endless.steady_state) == (0, 10, 1)
    assert missing.evid == 0


def test_units_are_converted(tmp_path: Path) -> None:
    weight = CovariateColumn("WT", "g", port="person.weight", port_unit="kg")
    read = table(tmp_path, ROWS[:5], time_unit="min", amount_unit="ug", covariates=[weight])
    _, seen, infusion, *_ = read.records_by_person(STATES, molar_mass=200.0)["1"]
    assert seen.time == pytest.approx(1 / 60, rel=1e-14)
    assert seen.covariates == {"person.weight": pytest.approx(0.06)}
    # 50 ug / (200 g/mol) = 250 nmol; 25 ug/min = 125 nmol/min = 7500 nmol/h
    assert infusion.amount == pytest.approx(250, rel=1e-14)
    assert infusion.rate == pytest.approx(7500, rel=1e-14)
    assert infusion.interval == pytest.approx(0.2, rel=1e-14)
    assert read.observations.time_h.tolist() == [1 / 60]
    with pytest.raises(UnitError, match="molar mass"):
        read.records_by_person(STATES)


def test_observations_alone_need_neither_states_nor_molar_mass(tmp_path: Path) -> None:
    read = table(tmp_path, ["1,0,3", "1,2,4"], "ID,Time,DV")
    assert [(record.time, record.evid) for record in read.records_by_person()["1"]] == [(0, 0), (2, 0)]


def test_observations(tmp_path: Path) -> None:
    seen = table(tmp_path, ROWS).observations
    assert seen.row.tolist() == [3, 8]
    assert seen.value[0] == 3.5
    assert math.isnan(seen.value[1])
    assert seen.unit.tolist() == ["ng/mL", "ng/mL"]


def test_evid_is_derived_as_nonmem_does(tmp_path: Path) -> None:
    rows = ["1,0,5,0,.,1", "1,1,0,0,2,0", "1,2,0,3,.,1", "1,3,0,0,.,1", "1,4,.,.,.,0"]
    with pytest.raises(EventError, match=r"visits.csv row 4, column AMT: 0 on a dose row"):
        table(tmp_path, rows, "ID,TIME,AMT,RATE,DV,MDV")
    rows.pop(2)
    assert [row.evid for row in table(tmp_path, rows, "ID,TIME,AMT,RATE,DV,MDV").rows] == [1, 0, 2, 0]


def test_a_value_on_a_dose_row_asks_for_a_choice(tmp_path: Path) -> None:
    rows, header = ["1,0,5,9.5", "1,1,0,7"], "ID,TIME,AMT,DV"
    with pytest.raises(InputError, match=r"visits.csv row 2, column DV: a dose row has the value 9.5.*'after'"):
        table(tmp_path, rows, header)
    kinds = {
        choice: [
            int(record.evid)
            for record in table(tmp_path, rows, header, dose_row_values=choice).records_by_person(
                "c", amount_unit="mg"
            )["1"]
        ]
        for choice in ("ignore", "before", "after")
    }
    assert kinds == {"ignore": [1, 0], "before": [0, 1, 0], "after": [1, 0, 0]}
    assert table(tmp_path, rows, header, dose_row_values="after").observations.value.tolist() == [9.5, 7]


def test_several_amount_columns(tmp_path: Path) -> None:
    rows, header = ["1,0,5,3,0", "1,1,0,0,2"], "ID,TIME,AMT_IV,AMT_ORAL,DV"
    read = table(tmp_path, rows, header, doses={"AMT_IV": "central", "AMT_ORAL": "depot"})
    given_doses = [(record.state, record.amount) for record in read.records_by_person(amount_unit="mg")["1"][:2]]
    assert given_doses == [("central", 5), ("depot", 3)]


def test_several_amounts_at_steady_state_are_added_to_each_other(tmp_path: Path) -> None:
    rows, header = ["1,0,5,3,8,1,1"], "ID,TIME,AMT_IV,AMT_ORAL,II,SS,EVID"
    doses = {"AMT_IV": "central", "AMT_ORAL": "depot"}
    for evid in (1, 4):
        read = table(tmp_path, [rows[0][:-1] + str(evid)], header, doses=doses, value_unit=None)
        given_doses = read.records_by_person(amount_unit="mg")["1"]
        # SS=1 a second time would undo the first
        assert [(record.evid, record.steady_state) for record in given_doses] == [(evid, 1), (1, 2)]


def test_a_value_on_a_dose_row_needs_the_unit_of_what_was_observed(tmp_path: Path) -> None:
    rows, header = ["1,0,5,7,parent,1", "1,1,0,9,metabolite,0"], "ID,TIME,AMT,DV,DVID,EVID"
    read = table(tmp_path, rows, header, value_unit={"metabolite": "ng/mL"}, dose_row_values="after")
    with pytest.raises(UnitError, match="row 2, column DVID: 'parent' has no unit in value_unit"):
        _ = read.observations


WRONG: list[tuple[int, str, str, str]] = [
    (2, "TIME", "NaN", "'NaN' is not a number here"),
    (2, "TIME", ".", "is empty; every row needs one"),
    (3, "TIME", "8:30", "Clock times are not read"),
    (4, "TIME", "0.5", "0.5 comes after 1 (row 3) for ID 1. Sort the rows by time"),
    (2, "ID", "", "is empty; every row needs one"),
    (4, "ID", "2", "row 5, column ID: ID 1 comes back after ID 2; it began in row 2"),
    (2, "AMT", "-5", "-5 is negative"),
    (2, "AMT", "0", "0 on a dose row (EVID 1)"),
    (2, "AMT", "many", "'many' is not a finite number"),
    (2, "AMT", "1e999", "'1e999' is not a finite number"),
    (3, "AMT", "5", "5 on a row with EVID 0, which gives nothing"),
    (4, "RATE", "-3", "-3 is not known here; allowed: above 0, 0, -1 (modelled rate), -2"),
    (4, "RATE", "inf", "'inf' is not a number here"),
    (4, "II", "-12", "-12 is negative"),
    (4, "ADDL", "-1", "-1 is negative"),
    (4, "ADDL", "1.5", "'1.5' is not a whole number"),
    (4, "SS", "3", "3 is not known here; allowed: 0, 1, 2"),
    (7, "AMT", "5", "row 7, column SS: 1 with II 0. A steady state of repeated doses needs II"),
    (7, "RATE", "0", "row 7, column SS: 1 with AMT 0 and II 0 is an endless infusion; it needs RATE above 0 or -1"),
    (7, "ADDL", "2", "2 additional doses but no II"),
    (7, "II", "12", "row 7, column AMT: 0 on a dose row (EVID 1)"),
    (2, "ADDL", "2", "2 additional doses but no II"),
    (2, "EVID", "5", "5 is not a NONMEM code; allowed: 0 observation"),
    (2, "EVID", "101", "'bolus to compartment 1': for such a table use codes='rxode2'"),
    (2, "CMT", "-1", "would turn a compartment off"),
    (2, "CMT", "1.5", "'1.5' is not a whole number"),
    (3, "DV", "<0.02", "'<0.02' - values below LLOQ go in as value=LLOQ, censored=1"),
    (3, "DV", "BLQ", "values below LLOQ go in as value=LLOQ, censored=1"),
    (3, "DV", "NA", "'NA' is not a number here"),
    (3, "MDV", "2", "2 is not known here; allowed: 0, 1"),
    (3, "WT", "", "is empty; a declared covariate needs a value on every row"),
    (3, "WT", "61", "'61' contradicts '60' in row 2 for the same ID 1"),
]


@pytest.mark.parametrize(("row", "column", "text", "said"), WRONG)
def test_wrong_cells_name_file_row_and_column(tmp_path: Path, row: int, column: str, text: str, said: str) -> None:
    constant = ["WT"] if "contradicts" in said else []
    with pytest.raises(InputError) as caught:
        table(tmp_path, with_cell(row, column, text), covariates=[CovariateColumn("WT", "kg")], constant=constant)
    # most are refused where they stand, some where they first contradict another cell
    place = said if said.startswith("row ") else f"row {row}, column {column}: "
    assert str(caught.value).startswith(f"visits.csv {place}")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("header", "options", "said"),
    [
        ("PERSON,TIME", {}, "visits.csv: no column ID (the person)"),
        ("ID,TIM", {}, "visits.csv: no column TIME (elapsed time). Perhaps 'tim'?"),
        ("ID,TIME,time", {}, "columns TIME and time could both be TIME"),
        ("ID,ID", {}, "two columns are called 'ID'"),
        ("ID;TIME", {}, "use delimiter=';'"),
        ("ID,TIME,DATE", {}, "column DATE (calendar dates) is not supported"),
        ("ID,TIME", {"columns": {"DV": "COBS"}}, "No column 'COBS'"),
        ("ID,TIME", {"columns": {"AMTT": "TIME"}}, "No standard column 'AMTT'. Did you mean 'AMT'"),
        ("ID,TIME", {"constant": ["SEX"]}, "No column 'SEX'"),
        ("ID,TIME", {"codes": "monolix"}, "No set of codes 'monolix'"),
        ("ID,TIME", {"time_unit": "kg"}, "time_unit 'kg' is no time"),
        ("ID,TIME,DV", {"value_unit": None}, "column DV has values but value_unit was not given"),
        ("ID,TIME,DV", {"value_unit": {"cp": "mg/L"}}, "visits.csv row 2, column DVID: '' has no unit in value_unit"),
        ("ID,TIME,AMT", {"amount_unit": None}, "column AMT has doses but amount_unit was not given"),
        ("ID,TIME,AMT,A2", {"doses": {"A2": "x"}}, "both AMT and A2 hold amounts"),
    ],
)
def test_wrong_headers_and_options(tmp_path: Path, header: str, options: Mapping[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        table(tmp_path, [",".join(["1"] * len(header.split(",")))], header, **options)
    assert said in str(caught.value)


def test_wrong_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone.csv: cannot be read \(No such file"):
        read_event_table(tmp_path / "gone.csv", **UNITS)
    for content, said in [
        (b"", "the file is empty"),
        (b"ID,TIME\n1,\xff\n", "byte 11 is not UTF-8"),
        (b"ID,TIME\n1\n", "row 2: 1 cells"),
    ]:
        path = tmp_path / "bad.csv"
        path.write_bytes(content)
        with pytest.raises(InputError, match=f"bad.csv.*{said}"):
            read_event_table(path, **UNITS)


def test_censored_values_keep_their_limit(tmp_path: Path) -> None:
    seen = table(tmp_path, ["1,0,0.02,1", "1,1,3,0"], "ID,TIME,DV,CENS").observations
    assert seen.value.tolist() == [0.02, 3]
    assert seen.censored.tolist() == [True, False]


def test_frames_and_dictionaries() -> None:
    import pandas as pd

    rows = [{"id": 1, "time": 0, "amt": 5.5, "dv": None}, {"id": 1, "time": 2, "amt": 0, "dv": 0.1}]
    listed = read_event_table(rows, **UNITS)
    framed = read_event_table(pd.DataFrame(rows), **UNITS)
    assert listed.rows[0].amounts == framed.rows[0].amounts == (5.5,)
    assert math.isnan(framed.rows[0].value)
    assert listed.people == framed.people == ("1",)
    with pytest.raises(InputError, match="data frame row 1, column amt: 'NaN'"):
        read_event_table(pd.DataFrame({"ID": [1], "TIME": [0.0], "amt": [np.nan]}), **UNITS)


def test_states_must_be_named(tmp_path: Path) -> None:
    read = table(tmp_path, ROWS)
    with pytest.raises(
        EventError, match=r"visits.csv row 4, column CMT: no state was given for compartment 2; given: 1"
    ):
        read.records_by_person({1: "depot"}, amount_unit="mg")
    with pytest.raises(EventError, match=r"doses enter compartments 1, 2, but only the state 'central'"):
        read.records_by_person("central", amount_unit="mg")


def test_writing_keeps_every_cell(tmp_path: Path) -> None:
    read = table(tmp_path, ['1,0,5,.,"a, b"', "1,1.50,0,2e0,c"], "id,time,amt,conc,NOTE", columns={"DV": "conc"})
    out = tmp_path / "out.csv"
    write_event_table(read, out)
    assert out.read_text() == 'ID,TIME,AMT,DV,NOTE\n1,0,5,.,"a, b"\n1,1.50,0,2e0,c\n'
    assert read_event_table(out, **UNITS).rows == read_event_table(out, **UNITS).rows
    write_event_table(read, out, as_read=True)
    assert out.read_text().startswith("id,time,amt,conc,NOTE\n")


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    read = table(tmp_path, ROWS)
    with pytest.raises(InputError, match="cannot be written"):
        write_event_table(read, tmp_path / "no folder" / "out.csv")
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_event_table(read, tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken", "visits.csv"]


cells = st.one_of(
    st.sampled_from(
        ["", ".", "NaN", "-1", "-2", "1", "2", "3", "4", "101", "10101", "0.5", "1e400", "<0.02", "x", " ", '"', "8:00"]
    ),
    st.text(max_size=4),
)


@given(
    st.lists(st.tuples(st.integers(0, len(ROWS)), st.integers(0, 11), cells), max_size=4),
    st.permutations(range(len(ROWS))),
    st.booleans(),
    st.sampled_from(["nonmem", "rxode2"]),
)
def test_mutated_tables_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[int, int, str]],
    order: list[int],
    shuffle: bool,
    codes: str,
) -> None:
    lines = [HEADER.split(","), *([ROWS[place].split(",") for place in (order if shuffle else range(len(ROWS)))])]
    for row, column, text in changes:
        lines[row][column] = text
    path = tmp_path_factory.getbasetemp() / "mutated.csv"
    path.write_bytes("\n".join(",".join(line) for line in lines).encode("utf-8", "surrogatepass"))
    try:
        read = read_event_table(
            path, **UNITS, codes=codes, covariates=[CovariateColumn("WT", "kg", port="w", port_unit="kg")]
        )
        read.records_by_person(STATES, molar_mass=318.5)
        write_event_table(read, path)
    except InputError:
        return


def test_a_covariate_for_a_model_needs_the_unit_of_the_model() -> None:
    with pytest.raises(InputError, match=r"covariate column WT.*port_unit"):
        CovariateColumn("WT", "lb", port="person.weight")
    with pytest.raises(UnitError, match="different things"):
        CovariateColumn("WT", "L", port="person.weight", port_unit="kg")


COMMENTED = ["., 1,0,100", "C,1,0,999", ".,1,2,0", " @old,1,3,999", "#,1,4,999", "0,1,5,0", ",1,6,0"]


def test_rows_marked_in_column_c_are_left_out_and_listed(tmp_path: Path) -> None:
    found = table(tmp_path, COMMENTED, "C,ID,TIME,AMT")
    assert [row.time for row in found.rows] == [0, 2, 5, 6]
    assert [row.row for row in found.rows] == [2, 4, 7, 8]
    assert found.comments == (3, 5, 6)
    assert found.column("C") == (".", ".", "0", "")


def test_column_c_can_be_kept_or_be_something_else(tmp_path: Path) -> None:
    kept = table(tmp_path, COMMENTED, "C,ID,TIME,AMT", ignore=["C"])
    assert len(kept.rows) == len(COMMENTED)
    assert kept.comments == ()
    concentrations = table(tmp_path, ["1,0,3.5", "1,1,2.5"], "ID,TIME,C", columns={"DV": "C"})
    assert list(concentrations.observations.value) == [3.5, 2.5]


def test_a_table_of_comments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"visits\.csv, column C: every row is marked as a comment"):
        table(tmp_path, ["C,1,0,100"], "C,ID,TIME,AMT")
