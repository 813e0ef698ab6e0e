"""rxode2's compound codes: mapped to what they mean, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from neurosteroid.dosing import EventTable, read_event_table, write_event_table
from neurosteroid.errors import EventError

UNITS: dict[str, Any] = {"time_unit": "h", "amount_unit": "mg", "codes": "rxode2", "name": "t.csv"}


def table(*rows: tuple[float, int, float, float]) -> EventTable:
    """Return a table of one person with time, code, amount and interval."""
    return read_event_table(
        [{"ID": 1, "TIME": time, "EVID": evid, "AMT": amount, "II": interval} for time, evid, amount, interval in rows],
        **UNITS,
    )


def doses(read: EventTable) -> list[tuple[Any, ...]]:
    """Return what the dose rows give: time, compartment, amount, rate, duration, interval, steady state."""
    return [
        (row.time, row.compartment, *row.amounts, row.rate, row.duration, row.interval, row.steady_state)
        for row in read.rows
        if row.evid == 1
    ]


@pytest.mark.parametrize(
    ("rows", "given"),
    [
        ([(0, 101, 100, 0)], [(0, "1", 100, 0, 0, 0, 0)]),
        ([(0, 9901, 100, 0)], [(0, "99", 100, 0, 0, 0, 0)]),
        ([(0, 109901, 100, 0)], [(0, "199", 100, 0, 0, 0, 0)]),
        ([(0, 10101, 50, 0), (1.5, 10101, -50, 0)], [(0, "1", 75, 50, 0, 0, 0)]),
        ([(0, 20101, 50, 0), (1.5, 20101, -50, 0)], [(0, "1", 75, 0, 1.5, 0, 0)]),
        ([(0, 119901, 50, 0), (2, 119901, -50, 0)], [(0, "199", 100, 50, 0, 0, 0)]),
        ([(0, 90101, 50, 0), (0, 70101, 50, 0)], [(0, "1", 50, -1, 0, 0, 0)]),
        ([(0, 80101, 50, 0), (0, 60101, 50, 0)], [(0, "1", 50, -2, 0, 0, 0)]),
        ([(0, 110, 50, 24), (12, 120, 100, 24)], [(0, "1", 50, 0, 0, 24, 1), (12, "1", 100, 0, 0, 24, 2)]),
        ([(0, 10140, 5, 0)], [(0, "1", 0, 5, 0, 0, 1)]),
        ([(0, 1, 5, 0), (1, 0, 0, 0), (2, 3, 0, 0)], [(0, "", 5, 0, 0, 0, 0)]),
    ],
)
def test_documented_codes(rows: list[tuple[float, int, float, float]], given: list[tuple[Any, ...]]) -> None:
    assert doses(table(*rows)) == given


def test_overlapping_infusions_are_joined_in_order() -> None:
    read = table((0, 10101, 5, 0), (1, 10101, 5, 0), (3, 10101, -5, 0), (7, 10101, -5, 0))
    assert doses(read) == [(0, "1", 15, 5, 0, 0, 0), (1, "1", 30, 5, 0, 0, 0)]
    assert [row.evid for row in read.rows] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(0, 5, 50, 0)], "rxode2 code 5: 'replace a compartment' has no counterpart"),
        ([(0, 6, 50, 0)], "'multiply a compartment'"),
        ([(0, 7, 50, 0)], "'phantom dose for transit compartments'"),
        ([(0, 9, 50, 0)], "'internal start of the system'"),
        ([(0, 20, 50, 0)], "'modelled time'"),
        ([(0, 40101, 50, 0)], "'replace a compartment to compartment 1'"),
        ([(0, 130, 50, 0)], "compartment turned off"),
        ([(0, 109, 50, 24)], "'bolus to compartment 1, steady state with lag time'"),
        ([(0, 150, 50, 0)], "phantom dose"),
        ([(0, 160, 50, 0)], "dose not counted as one"),
        ([(0, 10110, 50, 24), (1, 10101, -50, 0)], "'infusion by rate to compartment 1, steady state'"),
        ([(0, 10101, 50, 0)], "the infusion never ends: no later row of this person has EVID 10101 and AMT -50"),
        ([(0, 10101, 50, 0), (1, 10101, -40, 0)], "the infusion never ends"),
        ([(0, 10101, -50, 0)], "AMT -50 ends an infusion that never began"),
        ([(0, 10101, 50, 0), (0, 10101, -50, 0)], "ends after 0 time units"),
        ([(0, 70101, 50, 0)], "an infusion ends that never began"),
        ([(0, 90101, 50, 0)], "the infusion never ends: no later row of this person has EVID 70101 and AMT 50"),
        ([(0, 177, 50, 0)], "state 77"),
        ([(0, 10001, 50, 0)], "the code names compartment 0"),
    ],
)
def test_other_codes_are_refused_by_name(rows: list[tuple[float, int, float, float]], said: str) -> None:
    with pytest.raises(EventError, match=r"^t.csv row \d, column EVID: rxode2 code \d+: ") as caught:
        table(*rows)
    assert said in str(caught.value)


def test_columns_that_contradict_the_code() -> None:
    with pytest.raises(EventError, match="the code doses compartment 1 but CMT is 2"):
        read_event_table([{"ID": 1, "TIME": 0, "EVID": 101, "AMT": 5, "CMT": 2}], **UNITS)
    with pytest.raises(EventError, match="RATE is 5 beside a compound code"):
        read_event_table([{"ID": 1, "TIME": 0, "EVID": 101, "AMT": 5, "RATE": 5}], **UNITS)


def test_written_with_nonmem_codes(tmp_path: Path) -> None:
    read = table((0, 10201, 5, 0), (1, 0, 0, 0), (3, 10201, -5, 0), (4, 110, 7, 24))
    out = tmp_path / "nonmem.csv"
    write_event_table(read, out)
    assert out.read_text().splitlines() == [
        "ID,TIME,EVID,AMT,II,RATE,SS,CMT",
        "1,0,1,15,0,5,0,2",
        "1,1,0,0,0,0,0,0",
        "1,3,2,0,0,0,0,2",
        "1,4,1,7,24,0,1,1",
    ]
    again = read_event_table(out, time_unit="h", amount_unit="mg")
    assert doses(again) == doses(read)
    with pytest.raises(EventError, match="as_read=True"):
        write_event_table(table((0, 20101, 5, 0), (1, 20101, -5, 0)), out)
