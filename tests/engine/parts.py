"""Small parts for the engine's own tests: no biology in them."""

from dataclasses import dataclass
from typing import final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, maths, parameter


@final
@dataclass(frozen=True, kw_only=True)
class Tank(AbstractPart):
    """A tank that empties in proportion to what it holds: outflow = rate * amount."""

    rate: float = parameter("1/h", "fraction that leaves per hour")
    start: float = parameter("nmol", "amount at time 0", 0.0)
    name: str = "tank"

    states = (State("amount", "{name}", "nmol", initial="start"),)
    flows = (Flow("out", "nmol/h", "{name}", OUTSIDE),)

    def rates(self, t, state, given):
        return {"out": self.rate * state["amount"]}


@final
@dataclass(frozen=True, kw_only=True)
class Pipe(AbstractPart):
    """Water from one tank to another, given in pmol/min: flow = rate * source."""

    rate: float = parameter("1/h", "fraction that moves per hour")
    source: str = "tank"
    target: str = "basin"

    needs = (Need("from", "{source}", "nmol"),)
    flows = (Flow("through", "pmol/min", "{source}", "{target}"),)

    def rates(self, t, state, given):
        return {"through": self.rate * given["from"] * 1000.0 / 60.0}


@final
@dataclass(frozen=True, kw_only=True)
class Level(AbstractPart):
    """Concentration of a tank: amount / volume, volume proportional to body weight."""

    volume: float = parameter("L/kg", "volume per body weight")
    name: str = "tank"

    needs = (Need("amount", "{name}", "nmol"), Need("weight", "person.weight", "g"))
    gives = (Value("level", "level.{name}", "nmol/L"),)

    def values(self, t, state, given):
        return {"level": given["amount"] / (self.volume * given["weight"] / 1000.0)}


@final
@dataclass(frozen=True, kw_only=True)
class Saturating(AbstractPart):
    """A state that relaxes to a saturating function of a level; not linear."""

    speed: float = parameter("1/h", "relaxation rate")
    half: float = parameter("nmol/L", "level of half effect")
    name: str = "tank"

    states = (State("signal", "signal.{name}", "1"),)
    needs = (Need("level", "level.{name}", "nmol/L"),)

    def rates(self, t, state, given):
        level = given["level"]
        return {"signal": self.speed * (level / (self.half + level) - state["signal"])}


@final
@dataclass(frozen=True, kw_only=True)
class Ramp(AbstractPart):
    """A value that follows the clock: 1 - exp(-t / pace), at most `top`."""

    pace: float = parameter("h", "pace")
    top: float = parameter("1", "highest value", 1.0)

    gives = (Value("ramp", "ramp", "1"),)

    def values(self, t, state, given):
        return {"ramp": maths.minimum(1 - maths.exp(-t / self.pace), self.top)}
