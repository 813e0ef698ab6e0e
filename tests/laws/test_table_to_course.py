"""From an event table to a course: rows of a NONMEM data set come out as the closed form says, row for row."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import pytest

from neurosteroid.dosing.tables import CovariateColumn, read_event_table
from neurosteroid.engine import OUTSIDE, AbstractPart, Covariate, Flow, Need, State, Value, parameter, solve, wire

DATA = Path(__file__).parents[3] / "shared" / "data" / "nlmixr2data"


@final
@dataclass(frozen=True, kw_only=True)
class Oral(AbstractPart):
    """One compartment with first-order absorption; clearance scales with weight."""

    absorption: float = parameter("1/h", "rate of absorption")
    clearance: float = parameter("L/h/kg", "clearance per body weight")
    volume: float = parameter("L/kg", "volume per body weight")

    states = (State("depot", "depot", "mg"), State("central", "central", "mg"))
    needs = (Need("weight", "person.weight", "kg"),)
    gives = (Value("plasma", "plasma", "mg/L"),)
    flows = (
        Flow("absorbed", "mg/h", "depot", "central"),
        Flow("cleared", "mg/h", "central", OUTSIDE),
    )

    def values(self, t, state, given):
        return {"plasma": state["central"] / (self.volume * given["weight"])}

    def rates(self, t, state, given):
        return {
            "absorbed": self.absorption * state["depot"],
            "cleared": self.clearance / self.volume * state["central"],
        }


SYSTEM = wire({"oral": Oral(absorption=1.5, clearance=0.04, volume=0.5)}, [Covariate("person.weight", "kg")])
KA, K, VOLUME = 1.5, 0.08, 0.5


def closed_form(hours, dose, weight):
    hours = np.maximum(hours, 0.0)
    return dose / (VOLUME * weight) * KA / (KA - K) * (np.exp(-K * hours) - np.exp(-KA * hours))


def course_of(table):
    schedules = list(table.records_by_person({"1": "depot", "0": "depot", "2": "central"}, amount_unit="mg").values())
    return solve(SYSTEM, schedules, parameters=SYSTEM.parameters(len(schedules)))


def read(source, codes):
    weight = CovariateColumn("WT", "kg", "person.weight", "kg")
    return read_event_table(
        source, time_unit="h", amount_unit="mg", value_unit="mg/L", codes=codes, covariates=[weight]
    )


def test_two_people_with_different_schedules(tmp_path):
    path = tmp_path / "oral.csv"
    path.write_text(
        "ID,TIME,AMT,II,ADDL,EVID,CMT,DV,WT\n"
        "1,0,100,12,2,1,1,.,50\n1,6,0,0,0,0,2,1,50\n1,12,0,0,0,0,2,1,50\n1,30,0,0,0,0,2,1,50\n"
        "2,0,300,0,0,1,1,.,80\n2,3.5,0,0,0,0,2,1,80\n"
    )
    found = course_of(read(path, "nonmem"))
    plasma = found.outputs(["plasma"])["plasma"]
    at = np.array([6.0, 12.0, 30.0])
    expected = sum(closed_form(at - given, 100.0, 50.0) for given in (0.0, 12.0, 24.0))
    assert np.allclose(plasma[0], expected, rtol=1e-10, atol=0)
    assert plasma[1, 0] == pytest.approx(closed_form(3.5, 300.0, 80.0), rel=1e-10)
    assert found.mask.sum(axis=1).tolist() == [3, 1]


@pytest.mark.skipif(not DATA.exists(), reason="the public data sets are not here")
def test_theophylline_rows_come_out_row_for_row():
    table = read(DATA / "theo_sd.csv", "rxode2")
    plasma = course_of(table).outputs(["plasma"])["plasma"]
    doses = {row.person: row.amounts[0] for row in table.rows if row.amounts[0] > 0}
    people = list(table.people)
    assert len(people) == 12
    for place, person in enumerate(people):
        rows = [row for row in table.rows if row.person == person and row.evid == 0]
        hours = np.array([row.time for row in rows])
        weight = float(table.column("WT")[rows[0].place])
        expected = closed_form(hours, doses[person], weight)
        assert np.allclose(plasma[place, : len(rows)], expected, rtol=1e-9, atol=1e-12)
