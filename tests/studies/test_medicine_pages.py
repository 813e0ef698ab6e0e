"""Every medicine that a person can take beside a protocol has a course to show, with what it acts on."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.evidence import library
from neurosteroid.model.bodies import bodies
from neurosteroid.model.bodies.cyp3a4_medicines import PERPETRATORS
from neurosteroid.model.bodies.enzyme_medicines import substance
from neurosteroid.studies.state_course import shown_names, state_course

TAKEN = sorted({substance(name) for body in bodies().values() for name in body.medications})


@pytest.mark.parametrize("name", TAKEN)
def test_every_medicine_is_shown(name: str) -> None:
    assert name in shown_names("medicines")
    assert library().card(name, "medicines").variant().settings["medication"] == name


@pytest.mark.parametrize("name", PERPETRATORS)
def test_its_activity_changes_while_it_is_taken_and_comes_back(name: str) -> None:
    found = state_course(name, "medicines")
    for output in ("activity.cyp3a4", "activity.cyp3a4-gut"):
        activity = found.course.values[output]
        day = {place: float(np.interp(place, found.places, activity)) for place in (3.9, 10.9, 21.0)}
        assert day[3.9] == pytest.approx(1.0)
        # ten days after the last dose, five of the longest half-life of 43 h have gone by
        assert abs(day[21.0] - 1) < 0.1 < abs(day[10.9] - 1)
    induces = found.course.values["activity.cyp3a4"].max() > 1.5
    peaks = found.course.values["plasma.zuranolone"]
    before, during = peaks[found.places < 4].max(), peaks[(found.places > 9) & (found.places < 11)].max()
    assert (during < before) == induces
