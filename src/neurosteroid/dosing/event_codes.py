"""EVID codes: NONMEM's 0-4, and rxode2's compound codes turned into them or refused by name.

A compound code is written HFCCSS: hundreds of the compartment, flag, compartment below 100, state of the dose.
rxode2's documentation (article "Classic rxode2 events") gives the flags

    0 bolus; 1 infusion by rate; 2 infusion by duration; 9/7 rate from the model, on/off; 8/6 duration from the model,
    on/off; 4 replace; 5 multiply

and the states 01 dose, 10 steady state (SS=1), 20 steady state added (SS=2), 40 steady state of an endless infusion,
08/09/19 steady state with a lag time, 30 compartment off, 50 phantom, 60 dose that does not count as a dose.
Mapped here: bolus with 01, 10, 20; infusions (flags 1, 2, 8, 9) with 01; endless infusions (flag 1) with 40.
An infusion is two rows, on with AMT = rate and off with AMT = -rate; the off row becomes EVID 2.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, NoReturn, final

from neurosteroid.dosing.table_columns import Columns
from neurosteroid.dosing.table_rows import TableRow
from neurosteroid.dosing.table_source import RawTable
from neurosteroid.engine.records import DURATION_FROM_MODEL, RATE_FROM_MODEL
from neurosteroid.errors import EventError

_NONMEM: Final = "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose"
_BOLUS, _RATE, _DURATION = 0, 1, 2
_OFF: Final = {6: 8, 7: 9}
_FLAGS: Final = {
    0: "bolus",
    1: "infusion by rate",
    2: "infusion by duration",
    3: "flag 3",
    4: "replace a compartment",
    5: "multiply a compartment",
    6: "end of an infusion with modelled duration",
    7: "end of an infusion with modelled rate",
    8: "infusion with modelled duration",
    9: "infusion with modelled rate",
}
_STATES: Final = {
    1: "",
    8: ", end of a steady-state infusion with lag time",
    9: ", steady state with lag time",
    10: ", steady state",
    19: ", steady state added, with lag time",
    20: ", steady state added",
    30: ", compartment turned off",
    40: ", steady state of an endless infusion",
    50: ", phantom dose",
    60: ", dose not counted as one",
}
_SINGLE: Final = {
    5: "replace a compartment",
    6: "multiply a compartment",
    7: "phantom dose for transit compartments",
    9: "internal start of the system",
}


def describe(evid: int) -> str:
    """Say in words what an rxode2 code means."""
    if evid < 100:
        return _SINGLE.get(evid, "modelled time" if evid >= 10 else "unknown")
    compartment, flag, state = _split(evid)
    return f"{_FLAGS[flag]} to compartment {compartment}{_STATES.get(state, f', state {state:02d}')}"


def check_nonmem(table: RawTable, columns: Columns, rows: list[TableRow]) -> list[TableRow]:
    """Return the rows unchanged when every code is NONMEM's.

    Raises:
        EventError: names the row, the code, and what it would mean to rxode2.
    """
    for row in rows:
        if row.evid not in range(5):
            hint = (
                f" As an rxode2 code it is '{describe(row.evid)}': for such a table use codes='rxode2'."
                if row.evid > 4
                else ""
            )
            raise EventError(
                f"{row.evid} is not a NONMEM code; allowed: {_NONMEM}.{hint}",
                where=table.where(row.place, columns.name("EVID")),
            )
    return rows


def from_rxode2(table: RawTable, columns: Columns, rows: list[TableRow]) -> list[TableRow]:
    """Return the rows with NONMEM codes; infusions are joined from their on and off rows.

    Raises:
        EventError: a code has no counterpart here, an infusion never ends, or a compound code stands beside columns
            that say something else; names the row and the code.
    """
    return _Rxode2(table, columns, rows).run()


@final
class _Rxode2:
    """The rows being turned; `rows` changes in place."""

    def __init__(self, table: RawTable, columns: Columns, rows: list[TableRow]) -> None:
        self.table, self.columns, self.original, self.rows = table, columns, rows, list(rows)
        self.ended: set[int] = set()

    def run(self) -> list[TableRow]:
        """Turn every row."""
        for row in self.original:
            if row.evid < 0 or 5 <= row.evid < 100:
                self.refuse(row, f"'{describe(row.evid)}' has no counterpart here; allowed below 100: {_NONMEM}")
            if row.evid >= 100:
                self.turn(row)
        return self.rows

    def turn(self, row: TableRow) -> None:
        """Turn one compound code."""
        compartment, flag, state = _split(row.evid)
        self.check_alone(row, compartment)
        amount, changed = row.amounts[0], replace(row, compartment=str(compartment))
        meaning = (flag, state)
        if meaning in ((_BOLUS, 1), (_BOLUS, 10), (_BOLUS, 20)):
            self.rows[row.place] = replace(changed, evid=1, steady_state=state // 10)
        elif meaning == (_RATE, 40):
            self.rows[row.place] = replace(changed, evid=1, steady_state=1, amounts=(0.0,), rate=amount)
        elif flag in _OFF and state == 1:
            if row.place not in self.ended:
                self.refuse(row, "an infusion ends that never began")
        elif flag in (_RATE, _DURATION) and state == 1 and amount <= 0:
            if amount == 0 or row.place not in self.ended:
                self.refuse(row, f"AMT {amount:g} ends an infusion that never began")
        elif flag in (_RATE, _DURATION, 8, 9) and state == 1:
            self.begin(row, flag)
        else:
            self.refuse(row, f"'{describe(row.evid)}' has no counterpart here")

    def begin(self, row: TableRow, flag: int) -> None:
        """Join the row that starts an infusion with the one that ends it."""
        if row.additional:
            self.refuse(row, "an infusion written as on and off rows cannot have ADDL; write every infusion out")
        amount = row.amounts[0]
        compartment = str(_split(row.evid)[0])
        modelled = flag in _OFF.values()
        wanted = row.evid - 20000 if modelled else row.evid
        end = next(
            (
                other
                for other in self.original[row.place + 1 :]
                if other.person == row.person
                and other.evid == wanted
                and other.place not in self.ended
                and other.amounts[0] == (amount if modelled else -amount)
            ),
            None,
        )
        if end is None:
            sought = f"EVID {wanted} and AMT {amount if modelled else -amount:g}"
            self.refuse(row, f"the infusion never ends: no later row of this person has {sought}")
        hours = end.time - row.time
        if not modelled and not hours > 0:
            self.refuse(row, f"the infusion ends after {hours:g} time units; it must last longer than 0")
        self.ended.add(end.place)
        if modelled:
            rate = DURATION_FROM_MODEL if flag == 8 else RATE_FROM_MODEL
            began = replace(row, rate=rate)
        elif flag == _RATE:
            began = replace(row, rate=amount, amounts=(amount * hours,))
        else:
            began = replace(row, duration=hours, amounts=(amount * hours,))
        self.rows[row.place] = replace(began, evid=1, compartment=compartment)
        self.rows[end.place] = replace(end, evid=2, amounts=(0.0,), interval=0.0, compartment=compartment)

    def check_alone(self, row: TableRow, compartment: int) -> None:
        """Refuse a compound code beside columns that repeat or contradict it."""
        if len(row.amounts) != 1 or self.columns.states[0] is not None:
            self.refuse(row, "a compound code needs one amount column, AMT, and its compartment comes from the code")
        if compartment == 0:
            self.refuse(row, "the code names compartment 0")
        if row.compartment and row.compartment != str(compartment):
            self.refuse(
                row, f"the code doses compartment {compartment} but {self.columns.name('CMT')} is {row.compartment}"
            )
        for name, value in (("RATE", row.rate), ("DUR", row.duration), ("SS", float(row.steady_state))):
            if value and not math.isnan(value):
                self.refuse(
                    row, f"{self.columns.name(name)} is {value:g} beside a compound code, which says this itself"
                )

    def refuse(self, row: TableRow, reason: str) -> NoReturn:
        """Refuse a row with its code."""
        raise EventError(
            f"rxode2 code {row.evid}: {reason}. Write the dose with NONMEM's columns EVID, AMT, RATE, II, ADDL, SS,"
            " CMT.",
            where=self.table.where(row.place, self.columns.name("EVID")),
        )


def _split(evid: int) -> tuple[int, int, int]:
    """Return compartment, flag and state of a compound code."""
    return evid // 100 % 100 + 100 * (evid // 100_000), evid // 10_000 % 10, evid % 100
