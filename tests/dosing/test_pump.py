"""Pump rates and bags against hand arithmetic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neurosteroid.dosing import Dilution, Protocol, bag_count, protocol, pump_schedule
from neurosteroid.errors import EventError

BAG = Dilution(concentration_mg_per_ml=1.0, bag_ml=100.0, use_limit_h=12.0)


def test_label_rates_at_70_kg() -> None:
    schedule = pump_schedule(protocol("brexanolone-label"), 70.0)
    assert [step.rate_ml_per_h for step in schedule.steps] == pytest.approx([2.1, 4.2, 6.3, 4.2, 2.1], rel=1e-12)
    assert [step.cumulative_ml for step in schedule.steps] == pytest.approx([8.4, 92.4, 268.8, 285.6, 294], rel=1e-12)
    assert schedule.volume_ml == pytest.approx(4.2 * 70)


def test_light_women_change_bags_by_time_heavy_ones_by_volume() -> None:
    light = pump_schedule(protocol("brexanolone-label"), 70.0)
    assert (light.bags_by_volume, light.bags_by_time, light.bags) == (3, 5, 5)
    assert light.bag_times_h == pytest.approx((0, 12, 24, 36, 48))
    # from 100 mL / (12 h * 0.09 mL/h/kg) = 92.6 kg a bag is empty before 12 h at the highest rate
    assert bag_count(protocol("brexanolone-label"), 92.5) == 5
    assert bag_count(protocol("brexanolone-label"), 92.7) == 6


def test_a_bag_that_is_exactly_used_up_is_one_bag() -> None:
    exact = Protocol.parse("10 mg/h for 10 h")
    assert bag_count(exact, dilution=BAG) == 1
    assert pump_schedule(exact, dilution=BAG).bags_by_volume == 1
    twice = Protocol.parse("1 mg/h for 12 h every 12 h x 2")
    assert pump_schedule(twice, dilution=BAG).bag_times_h == (0, 12)


def test_no_bag_is_hung_while_nothing_flows() -> None:
    apart = Protocol.parse("1 mg/h for 1 h then wait 24 h then 1 mg/h for 1 h then 0 mg/h for 30 h")
    schedule = pump_schedule(apart, dilution=BAG)
    assert schedule.bag_times_h == (0, 25)
    assert pump_schedule(protocol("no-drug")).bags == 0


def test_refusals() -> None:
    with pytest.raises(EventError, match="says nothing about its dilution"):
        pump_schedule(Protocol.parse("1 mg/h for 1 h"))
    with pytest.raises(EventError, match="intravenous dose at once"):
        pump_schedule(Protocol.parse("5 mg intravenously"), dilution=BAG)
    with pytest.raises(EventError, match="weight"):
        pump_schedule(protocol("brexanolone-label"))
    with pytest.raises(EventError, match="use_limit_h"):
        replace(BAG, use_limit_h=0.0)
