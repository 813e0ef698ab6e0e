"""Random systems: pools joined by reactions of several kinds, drawn by hypothesis, with schedules to go with them."""

from dataclasses import dataclass
from typing import final

import numpy as np
from hypothesis import strategies

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Record, State, maths, parameter, wire

END = 24.0
"""Hours that a random course lasts."""


@final
@dataclass(frozen=True, kw_only=True)
class Pool(AbstractPart):
    """An amount that is lost in proportion to itself: loss * x."""

    start: float = parameter("nmol", "amount at time 0")
    loss: float = parameter("1/h", "fraction lost per hour")
    name: str = "a"

    states = (State("x", "{name}", "nmol", initial="start"),)
    flows = (Flow("lost", "nmol/h", "{name}", OUTSIDE),)

    def rates(self, t, state, given):
        return {"lost": self.loss * state["x"]}


@final
@dataclass(frozen=True, kw_only=True)
class Exchange(AbstractPart):
    """Two pools that even out: there * x - back * y; fast ones are stiff."""

    there: float = parameter("1/h", "from the first to the second")
    back: float = parameter("1/h", "from the second to the first")
    first: str = "a"
    second: str = "b"

    needs = (Need("x", "{first}", "nmol"), Need("y", "{second}", "nmol"))
    flows = (Flow("net", "nmol/h", "{first}", "{second}"),)

    def rates(self, t, state, given):
        return {"net": self.there * given["x"] - self.back * given["y"]}


@final
@dataclass(frozen=True, kw_only=True)
class Saturable(AbstractPart):
    """Conversion by an enzyme: most * x / (half + x)."""

    most: float = parameter("nmol/h", "at most")
    half: float = parameter("nmol", "amount of half of it")
    first: str = "a"
    second: str = "b"

    needs = (Need("x", "{first}", "nmol"),)
    flows = (Flow("converted", "nmol/h", "{first}", "{second}"),)

    def rates(self, t, state, given):
        return {"converted": self.most * given["x"] / (self.half + given["x"])}


@final
@dataclass(frozen=True, kw_only=True)
class Feedback(AbstractPart):
    """Synthesis that another pool holds back: rate / (1 + (x / half)^hill); a ring of them may oscillate."""

    rate: float = parameter("nmol/h", "without the other")
    half: float = parameter("nmol", "amount that halves it")
    hill: float = parameter("1", "exponent")
    first: str = "a"
    second: str = "b"

    needs = (Need("x", "{first}", "nmol"),)
    flows = (Flow("made", "nmol/h", OUTSIDE, "{second}"),)

    def rates(self, t, state, given):
        return {"made": self.rate / (1 + (given["x"] / self.half) ** self.hill)}


@final
@dataclass(frozen=True, kw_only=True)
class Binding(AbstractPart):
    """Two pools that bind into the first one's place: on * x * y leaves both."""

    on: float = parameter("1/(nmol*h)", "binding")
    first: str = "a"
    second: str = "b"

    needs = (Need("x", "{first}", "nmol"), Need("y", "{second}", "nmol"))
    flows = (Flow("bound", "nmol/h", "{first}", OUTSIDE), Flow("taken", "nmol/h", "{second}", OUTSIDE))

    def rates(self, t, state, given):
        bound = self.on * given["x"] * given["y"]
        return {"bound": bound, "taken": bound}


@final
@dataclass(frozen=True, kw_only=True)
class Tide(AbstractPart):
    """Synthesis that follows the clock: rate * (1 + sin(t / pace))."""

    rate: float = parameter("nmol/h", "on average")
    pace: float = parameter("h", "pace")
    first: str = "a"
    second: str = "b"

    flows = (Flow("made", "nmol/h", OUTSIDE, "{second}"),)

    def rates(self, t, state, given):
        return {"made": self.rate * (1 + maths.sin(t / self.pace))}


REACTIONS = {
    Exchange: {"there": (-3, 5), "back": (-3, 5)},
    Saturable: {"most": (-1, 3), "half": (-3, 2)},
    Feedback: {"rate": (-1, 2), "half": (-1, 1), "hill": (0, 1)},
    Binding: {"on": (-4, 2)},
    Tide: {"rate": (-1, 1), "pace": (-1, 1)},
}
"""Reactions, and the powers of ten between which their parameters are drawn."""


def log_uniform(low, high):
    return strategies.floats(low, high, allow_nan=False).map(lambda power: float(10.0**power))


@strategies.composite
def systems(draw, most_pools=5):
    """Return a system of up to `most_pools` pools; losses of zero and equal ones make Jacobians near singular."""
    names = "abcdefg"[: draw(strategies.integers(1, most_pools))]
    loss = strategies.sampled_from([0.0, 0.1, 1.0]) | log_uniform(-4, 2)
    parts = {
        f"pool-{name}": Pool(start=draw(strategies.sampled_from([0.0, 1.0, 100.0])), loss=draw(loss), name=name)
        for name in names
    }
    for index in range(draw(strategies.integers(0, 2 * len(names)))):
        kind = draw(strategies.sampled_from(list(REACTIONS)))
        first, second = draw(strategies.sampled_from(names)), draw(strategies.sampled_from(names))
        if first == second and kind not in (Feedback, Tide):
            continue
        numbers = {name: draw(log_uniform(*powers)) for name, powers in REACTIONS[kind].items()}
        parts[f"reaction-{index}"] = kind(**numbers, first=first, second=second)
    return wire(parts)


@strategies.composite
def schedules(draw, system):
    """Return records: none, a few, or a great many in a short time."""
    records = []
    for _ in range(draw(strategies.integers(0, 3))):
        shape = draw(strategies.sampled_from([{}, {"rate": 30.0}, {"duration": 0.05}]))
        interval = draw(strategies.sampled_from([0.03, 0.7, 6.0]))
        time = draw(strategies.floats(0.0, 0.9 * END))
        more = draw(strategies.integers(0, 20))
        amount = draw(strategies.sampled_from([1e-3, 1.0, 300.0]))
        state = draw(strategies.sampled_from(system.state_names))
        records.append(Record(time, 1, state, amount, interval=interval, additional=more, **shape))
    if draw(strategies.booleans()):
        records.append(Record(draw(strategies.floats(0.0, END)), 3))
    return sorted(records, key=lambda record: record.time)


def people(system, count, seed=1):
    """Return parameters (P, m): the system's own, and nearby ones."""
    rng = np.random.default_rng(seed)
    factors = np.exp(0.2 * rng.standard_normal((count, len(system.parameter_names))))
    factors[0] = 1.0
    return system.parameters(count) * factors
