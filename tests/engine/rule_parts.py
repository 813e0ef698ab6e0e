"""A tank under a pump, and shorthand for rules about it."""

import numpy as np

from neurosteroid.engine import Covariate, wire
from neurosteroid.engine.rules import ActionKind, Condition, Limit, Programme, Relation, Rule, follow
from tests.engine.parts import Level, Saturating, Tank

RATE, INFLOW = 0.3, 100.0
TANK = wire({"tank": Tank(rate=RATE)}, accounts=True)
SATURATING = wire(
    {"tank": Tank(rate=RATE), "level": Level(volume=0.5), "signal": Saturating(speed=2.0, half=4.0)},
    [Covariate("person.weight", "g")],
)
PUMP = Programme(state="tank", times=(0.0, 12.0), rates=(INFLOW, 0.0))


def limit(text):
    relation, value = text.split()
    return Limit(Relation(relation), float(value))


def rule(action, when, until=None, *, port="tank", name=None, **options):
    """A rule such as ``rule("hold", ">= 150", checks=Checks(2.0))``."""
    kind = ActionKind(action)
    condition = Condition(port, limit(when), limit(until) if until else None)
    return Rule(name or f"{action} when {when}", condition, kind, **options)


def run(rules, programme=PUMP, *, people=1, until=24.0, step=0.5, system=TANK, **options):
    """Follow people who are all alike unless `parameters` says otherwise."""
    options.setdefault("parameters", system.parameters(people))
    return follow(system, programme, rules, output_times=np.arange(0.0, until + 0.5 * step, step), **options)


def done(followed, person=0):
    """What was done to a person: (time, action)."""
    log = followed.log.of(person)
    return [
        (float(time), str(followed.rules[number].action))
        for time, number, carried in zip(log.time, log.rule, log.done, strict=True)
        if carried
    ]


def rise(level):
    """Hours in which the tank fills from empty to a level under the pump."""
    return -np.log(1.0 - level * RATE / INFLOW) / RATE


def fall(high, low):
    """Hours in which the tank falls from one level to another with the pump off."""
    return np.log(high / low) / RATE


def refill(low, high):
    """Hours in which the tank rises from one level to another under the pump."""
    top = INFLOW / RATE
    return np.log((top - low) / (top - high)) / RATE
