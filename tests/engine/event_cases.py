"""Every dosing feature and combination: the records, and the single doses that they must amount to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from neurosteroid.engine.records import Record
from tests.engine.closed_forms import past

ENDLESS = 2000.0
"""h; an infusion this long is endless for rate constants near 0.1 per h."""


@final
@dataclass(frozen=True)
class Case:
    """Records, and doses by state that hold from a time on: an entry (from, {state: doses}) forgets the earlier ones.

    Doses given as one mapping hold from the start, or from the first record if that is a steady state.
    """

    records: list[Record]
    doses: Mapping[str, list] | list
    properties: Mapping[str, float] = field(default_factory=dict)

    @property
    def windows(self):
        if isinstance(self.doses, list):
            return self.doses
        first = self.records[0]
        return [(first.time if first.steady_state else -1e9, self.doses)]


def dose(time, amount=100.0, state="central", **changes):
    return Record(time, changes.pop("evid", 1), state, amount, **changes)


def reset(time):
    return Record(time, 3)


REPEATED = [(2.0 + 8.0 * further, 100.0) for further in range(5)]
CASES = {
    # one dose
    "bolus": Case([dose(2)], {"central": [(2, 100)]}),
    "bolus-depot": Case([dose(2, state="depot")], {"depot": [(2, 100)]}),
    "infusion-rate": Case([dose(2, rate=20)], {"central": [(2, 100, 5)]}),
    "infusion-duration": Case([dose(2, duration=5)], {"central": [(2, 100, 5)]}),
    "infusion-depot": Case([dose(2, state="depot", rate=20)], {"depot": [(2, 100, 5)]}),
    "rate-minus-1": Case([dose(2, rate=-1)], {"central": [(2, 100, 5)]}, {"infusion_rate": 20}),
    "rate-minus-2": Case([dose(2, rate=-2)], {"central": [(2, 100, 5)]}, {"infusion_duration": 5}),
    # further doses
    "addl": Case([dose(2, interval=8, additional=4)], {"central": REPEATED}),
    "addl-infusion": Case(
        [dose(2, rate=20, interval=8, additional=4)], {"central": [(time, 100, 5) for time, _ in REPEATED]}
    ),
    "addl-infusion-overlapping": Case(
        [dose(2, rate=5, interval=8, additional=4)], {"central": [(time, 100, 20) for time, _ in REPEATED]}
    ),
    "interval-without-addl": Case([dose(2, interval=8)], {"central": [(2, 100)]}),
    # lag
    "lag": Case([dose(2, state="depot")], {"depot": [(3.5, 100)]}, {"lag": 1.5}),
    "lag-infusion": Case([dose(2, rate=20)], {"central": [(3.5, 100, 5)]}, {"lag": 1.5}),
    "lag-addl": Case(
        [dose(2, interval=8, additional=4)], {"central": [(t + 1.5, 100) for t, _ in REPEATED]}, {"lag": 1.5}
    ),
    "lag-longer-than-interval-addl": Case(
        [dose(2, interval=8, additional=4)], {"central": [(t + 13, 100) for t, _ in REPEATED]}, {"lag": 13}
    ),
    "lag-addl-infusion-overlapping": Case(
        [dose(2, rate=5, interval=8, additional=4)],
        {"central": [(time + 1.5, 100, 20) for time, _ in REPEATED]},
        {"lag": 1.5},
    ),
    # bioavailability
    "f-bolus": Case([dose(2)], {"central": [(2, 40)]}, {"bioavailability": 0.4}),
    "f-rate": Case([dose(2, rate=20)], {"central": [(2, 40, 2)]}, {"bioavailability": 0.4}),
    "f-duration": Case([dose(2, duration=5)], {"central": [(2, 40, 5)]}, {"bioavailability": 0.4}),
    "f-rate-minus-1": Case(
        [dose(2, rate=-1)], {"central": [(2, 40, 2)]}, {"bioavailability": 0.4, "infusion_rate": 20}
    ),
    "f-rate-minus-2": Case(
        [dose(2, rate=-2)], {"central": [(2, 40, 5)]}, {"bioavailability": 0.4, "infusion_duration": 5}
    ),
    "f-zero": Case([dose(2, rate=20), dose(3)], {"central": []}, {"bioavailability": 0.0}),
    "f-above-1": Case([dose(2, rate=20)], {"central": [(2, 150, 7.5)]}, {"bioavailability": 1.5}),
    "f-lag-addl-rate": Case(
        [dose(2, rate=20, interval=8, additional=4)],
        {"central": [(time + 1.5, 40, 2) for time, _ in REPEATED]},
        {"bioavailability": 0.4, "lag": 1.5},
    ),
    # steady state, SS=1
    "ss1-bolus": Case([dose(2, interval=8, steady_state=1)], {"central": past(2, 8, 100)}),
    "ss1-depot": Case([dose(2, state="depot", interval=8, steady_state=1)], {"depot": past(2, 8, 100)}),
    "ss1-infusion": Case([dose(2, rate=20, interval=8, steady_state=1)], {"central": past(2, 8, 100, 5)}),
    "ss1-infusion-duration": Case([dose(2, duration=5, interval=8, steady_state=1)], {"central": past(2, 8, 100, 5)}),
    "ss1-infusion-depot": Case(
        [dose(2, state="depot", rate=20, interval=8, steady_state=1)], {"depot": past(2, 8, 100, 5)}
    ),
    "ss1-infusion-overlapping": Case([dose(2, rate=5, interval=8, steady_state=1)], {"central": past(2, 8, 100, 20)}),
    "ss1-infusion-interval-long": Case(
        [dose(2, rate=12.5, interval=8, steady_state=1)], {"central": past(2, 8, 100, 8)}
    ),
    "ss1-infusion-two-intervals-long": Case(
        [dose(2, rate=6.25, interval=8, steady_state=1)], {"central": past(2, 8, 100, 16)}
    ),
    "ss1-rate-minus-1": Case(
        [dose(2, rate=-1, interval=8, steady_state=1)], {"central": past(2, 8, 100, 5)}, {"infusion_rate": 20}
    ),
    "ss1-rate-minus-2": Case(
        [dose(2, rate=-2, interval=8, steady_state=1)], {"central": past(2, 8, 100, 20)}, {"infusion_duration": 20}
    ),
    "ss1-f-bolus": Case([dose(2, interval=8, steady_state=1)], {"central": past(2, 8, 40)}, {"bioavailability": 0.4}),
    "ss1-f-rate": Case(
        [dose(2, rate=20, interval=8, steady_state=1)], {"central": past(2, 8, 40, 2)}, {"bioavailability": 0.4}
    ),
    "ss1-f-makes-duration-the-interval": Case(
        [dose(0, rate=4.12, interval=10, steady_state=1)],
        {"central": past(0, 10, 41.2, 10)},
        {"bioavailability": 0.412},
    ),
    "ss1-f-duration": Case(
        [dose(2, duration=20, interval=8, steady_state=1)], {"central": past(2, 8, 40, 20)}, {"bioavailability": 0.4}
    ),
    "ss1-f-rate-minus-2": Case(
        [dose(2, rate=-2, interval=8, steady_state=1)],
        {"central": past(2, 8, 40, 5)},
        {"bioavailability": 0.4, "infusion_duration": 5},
    ),
    "ss1-addl": Case([dose(2, interval=8, steady_state=1, additional=3)], {"central": past(26, 8, 100)}),
    "ss1-addl-infusion-overlapping": Case(
        [dose(2, rate=5, interval=8, steady_state=1, additional=3)], {"central": past(26, 8, 100, 20)}
    ),
    "ss1-lag": Case([dose(2, interval=8, steady_state=1)], {"central": past(3.5, 8, 100)}, {"lag": 1.5}),
    "ss1-lag-depot": Case(
        [dose(2, state="depot", interval=8, steady_state=1)], {"depot": past(3.5, 8, 100)}, {"lag": 1.5}
    ),
    "ss1-lag-is-interval": Case([dose(2, interval=8, steady_state=1)], {"central": past(10, 8, 100)}, {"lag": 8}),
    "ss1-lag-longer-than-interval": Case(
        [dose(2, interval=8, steady_state=1)], {"central": past(23, 8, 100)}, {"lag": 21}
    ),
    "ss1-lag-addl": Case(
        [dose(2, interval=8, steady_state=1, additional=3)], {"central": past(27.5, 8, 100)}, {"lag": 1.5}
    ),
    "ss1-lag-longer-than-interval-addl": Case(
        [dose(2, interval=8, steady_state=1, additional=2)], {"central": past(39, 8, 100)}, {"lag": 21}
    ),
    "ss1-lag-infusion": Case(
        [dose(2, rate=20, interval=8, steady_state=1)], {"central": past(3.5, 8, 100, 5)}, {"lag": 1.5}
    ),
    "ss1-lag-infusion-running-at-record": Case(
        [dose(2, rate=20, interval=8, steady_state=1)], {"central": past(8, 8, 100, 5)}, {"lag": 6}
    ),
    "ss1-lag-infusion-overlapping": Case(
        [dose(2, rate=5, interval=8, steady_state=1)], {"central": past(3.5, 8, 100, 20)}, {"lag": 1.5}
    ),
    "ss1-lag-longer-than-interval-infusion-overlapping-addl": Case(
        [dose(2, rate=5, interval=8, steady_state=1, additional=1)], {"central": past(31, 8, 100, 20)}, {"lag": 21}
    ),
    "ss1-lag-f-rate": Case(
        [dose(2, rate=2, interval=8, steady_state=1)],
        {"central": past(3.5, 8, 40, 20)},
        {"lag": 1.5, "bioavailability": 0.4},
    ),
    "ss1-replaces-earlier-doses": Case(
        [dose(0, 70), dose(5, interval=8, steady_state=1)],
        [(-1e9, {"central": [(0, 70)]}), (5, {"central": past(5, 8, 100)})],
    ),
    "ss1-cancels-running-infusion-and-addl": Case(
        [dose(0, 70, rate=7, interval=6, additional=5), dose(5, interval=8, steady_state=1)],
        [(-1e9, {"central": [(0, 70, 10)]}), (5, {"central": past(5, 8, 100)})],
    ),
    "ss1-cancels-earlier-ss-infusions": Case(
        [dose(0, 70, rate=3.5, interval=6, steady_state=1), dose(5, interval=8, steady_state=1)],
        [(-1e9, {"central": past(0, 6, 70, 20)}), (5, {"central": past(5, 8, 100)})],
    ),
    # steady state, SS=2
    "ss2-bolus": Case(
        [dose(0, 70), dose(5, interval=8, steady_state=2)],
        [(-1e9, {"central": [(0, 70)]}), (5, {"central": [(0, 70), *past(5, 8, 100)]})],
    ),
    "ss2-infusion": Case(
        [dose(0, 70, rate=7, interval=6, additional=5), dose(5, rate=20, interval=8, steady_state=2)],
        [
            (-1e9, {"central": [(0, 70, 10)]}),
            (5, {"central": [*((6 * further, 70, 10) for further in range(6)), *past(5, 8, 100, 5)]}),
        ],
    ),
    "ss2-infusion-overlapping": Case(
        [dose(0, 70), dose(5, rate=5, interval=8, steady_state=2)],
        [(-1e9, {"central": [(0, 70)]}), (5, {"central": [(0, 70), *past(5, 8, 100, 20)]})],
    ),
    "ss2-lag": Case(
        [dose(0, 70), dose(5, interval=8, steady_state=2)],
        [(-1e9, {"central": [(1.5, 70)]}), (5, {"central": [(1.5, 70), *past(6.5, 8, 100)]})],
        {"lag": 1.5},
    ),
    "ss2-morning-and-evening": Case(
        [dose(0, interval=24, steady_state=1, additional=2), dose(12, 50, interval=24, steady_state=2, additional=1)],
        [
            (-1e9, {"central": past(0, 24, 100)}),
            (12, {"central": [*past(48, 24, 100), *past(36, 24, 50)]}),
        ],
    ),
    "ss2-second-state": Case(
        [dose(5, state="depot", interval=8, steady_state=1), dose(5, 50, interval=6, steady_state=2)],
        [(-1e9, {}), (5, {"depot": past(5, 8, 100), "central": past(5, 6, 50)})],
    ),
    # endless infusion, and no dose at all
    "ss1-constant-infusion": Case(
        [dose(5, 0.0, rate=20, steady_state=1)], {"central": [(5 - ENDLESS, 20 * ENDLESS, ENDLESS)]}
    ),
    "ss1-constant-infusion-rate-minus-1": Case(
        [dose(5, 0.0, rate=-1, steady_state=1)],
        {"central": [(5 - ENDLESS, 20 * ENDLESS, ENDLESS)]},
        {"infusion_rate": 20},
    ),
    "ss1-constant-infusion-ignores-f-and-lag": Case(
        [dose(5, 0.0, rate=20, steady_state=1)],
        {"central": [(5 - ENDLESS, 20 * ENDLESS, ENDLESS)]},
        {"bioavailability": 0.4, "lag": 1.5},
    ),
    "ss1-constant-infusion-carried-on": Case(
        [dose(5, 0.0, rate=20, steady_state=1), dose(5, 200, rate=20)],
        {"central": [(5 - ENDLESS, 20 * ENDLESS, ENDLESS), (5, 200, 10)]},
    ),
    "ss2-constant-infusion": Case(
        [dose(0, 70), dose(5, 0.0, rate=20, steady_state=2)],
        [(-1e9, {"central": [(0, 70)]}), (5, {"central": [(0, 70), (5 - ENDLESS, 20 * ENDLESS, ENDLESS)]})],
    ),
    "ss1-no-dose": Case(
        [dose(0, 70), Record(5, 1, steady_state=1)], [(-1e9, {"central": [(0, 70)]}), (5, {"central": []})]
    ),
    # resets
    "reset": Case([dose(0), reset(10), dose(12, 50)], [(-1e9, {"central": [(0, 100)]}), (10, {"central": [(12, 50)]})]),
    "reset-and-dose": Case(
        [dose(0), dose(10, 50, evid=4)], [(-1e9, {"central": [(0, 100)]}), (10, {"central": [(10, 50)]})]
    ),
    "reset-and-dose-infusion": Case(
        [dose(0), dose(10, 50, evid=4, rate=10)], [(-1e9, {"central": [(0, 100)]}), (10, {"central": [(10, 50, 5)]})]
    ),
    "reset-and-dose-addl-lag": Case(
        [dose(0), dose(10, 50, evid=4, interval=6, additional=2)],
        [(-1e9, {"central": [(1.5, 100)]}), (10, {"central": [(11.5, 50), (17.5, 50), (23.5, 50)]})],
        {"lag": 1.5},
    ),
    "reset-and-dose-ss1": Case(
        [dose(0), dose(10, 50, evid=4, interval=6, steady_state=1)],
        [(-1e9, {"central": [(0, 100)]}), (10, {"central": past(10, 6, 50)})],
    ),
    "reset-and-dose-ss2": Case(
        [dose(0), dose(10, 50, evid=4, rate=5, interval=6, steady_state=2)],
        [(-1e9, {"central": [(0, 100)]}), (10, {"central": past(10, 6, 50, 10)})],
    ),
    "reset-cancels-infusion": Case([dose(0, rate=5), reset(10)], [(-1e9, {"central": [(0, 100, 20)]}), (10, {})]),
    "reset-cancels-addl": Case(
        [dose(0, interval=6, additional=9), reset(10)], [(-1e9, {"central": [(0, 100), (6, 100)]}), (10, {})]
    ),
    "reset-cancels-lagged-dose": Case([dose(0), reset(1)], [(-1e9, {}), (1, {})], {"lag": 1.5}),
    "reset-cancels-ss-infusions": Case(
        [dose(0, rate=5, interval=8, steady_state=1, additional=3), reset(10)],
        [(-1e9, {"central": past(8, 8, 100, 20)}), (10, {})],
    ),
    "dose-after-reset-is-kept": Case(
        [dose(0, rate=5, interval=6, additional=9), reset(10), dose(10, 50, interval=6, additional=1)],
        [(-1e9, {"central": [(0, 100, 20), (6, 100, 20)]}), (10, {"central": [(10, 50), (16, 50)]})],
    ),
    # several at once
    "two-states": Case([dose(2), dose(2, 60, state="depot")], {"central": [(2, 100)], "depot": [(2, 60)]}),
    "two-boluses-at-once": Case([dose(2), dose(2, 60)], {"central": [(2, 160)]}),
    "bolus-and-infusion-at-once": Case([dose(2), dose(2, 60, rate=10)], {"central": [(2, 100), (2, 60, 6)]}),
    "infusions-on-infusions": Case(
        [dose(2, rate=10), dose(4, 60, rate=20), dose(4, 9, rate=0.1)],
        {"central": [(2, 100, 10), (4, 60, 3), (4, 9, 90)]},
    ),
    "infusion-ends-as-next-begins": Case(
        [dose(0, 12, duration=0.3), dose(0.1 * 3, 36, duration=0.6), dose(0.9, 5, duration=4)],
        {"central": [(0, 12, 0.3), (0.3, 36, 0.6), (0.9, 5, 4)]},
    ),
    "lag-one-state-only": Case(
        [dose(2, rate=20), dose(2, 60, state="depot", rate=20)],
        {"central": [(3.5, 40, 2)], "depot": [(3.5, 24, 1.2)]},
        {"lag": 1.5, "bioavailability": 0.4},
    ),
}
