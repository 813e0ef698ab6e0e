"""Hand-written stand-ins for a traced system: the same interface, none of its machinery."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import ClassVar, final

import numpy as np

RATES = {"ka": 1.1, "k": 0.3, "k12": 0.25, "k21": 0.15}


@final
@dataclass(frozen=True)
class Oral:
    """Depot, central and peripheral amounts, and what has left; k and the initial amount scale with weight / 70.

    Dose properties of the depot and of the central compartment are the parameters of the same name when they are listed
    in `declared`; bioavailability also scales with weight / 70, so that covariates at the record can be seen.
    """

    declared: tuple[str, ...] = ()
    production: float = 0.0
    start: float = 0.0
    state_names: ClassVar = ("depot", "central", "peripheral", "left")
    parameter_names: ClassVar = (
        *RATES,
        "bioavailability",
        "lag",
        "infusion_rate",
        "infusion_duration",
    )
    covariate_names: ClassVar = ("weight",)
    output_names: ClassVar = ("depot", "central", "peripheral", "left", "weight")
    traced: ClassVar = SimpleNamespace(tape=None)
    linear: ClassVar = True
    time_dependent: ClassVar = False
    is_account: ClassVar = np.array([False, False, False, True])

    def initial(self, parameters, covariates):
        states = np.zeros((len(parameters), 4))
        states[:, 1] = self.start * covariates[:, 0] / 70.0
        return states

    def matrix(self, parameters, covariates):
        ka, k, k12, k21 = parameters[:, :4].T
        k = k * covariates[:, 0] / 70.0
        a = np.zeros((len(parameters), 4, 4))
        a[:, 0, 0], a[:, 1, 0] = -ka, ka
        a[:, 1, 1], a[:, 2, 1], a[:, 3, 1] = -k - k12, k12, k
        a[:, 1, 2], a[:, 2, 2] = k21, -k21
        b = np.zeros((len(parameters), 4))
        b[:, 1] = self.production
        return a, b

    def derivative(self, t, states, parameters, covariates):
        a, b = self.matrix(parameters, covariates)
        return (a @ states[..., None])[..., 0] + b

    def jacobian(self, t, states, parameters, covariates):
        return self.matrix(parameters, covariates)[0]

    def outputs(self, names, t, states, parameters, covariates):
        found = {name: states[..., index] for index, name in enumerate(self.state_names)}
        found["weight"] = covariates[..., 0]
        return {name: found[name] for name in names}

    def output_index(self, name):
        return self.output_names.index(name)

    def dose_property(self, state, name, parameters, covariates):
        if name not in self.declared or state not in ("depot", "central"):
            return None
        value = parameters[:, self.parameter_names.index(name)]
        return value * covariates[:, 0] / 70.0 if name == "bioavailability" else value.copy()

    def parameters(self, people=1, **changes):
        base = {**RATES, "bioavailability": 1.0, "lag": 0.0, "infusion_rate": 1.0, "infusion_duration": 1.0}
        table = np.tile(list(base.values()), (people, 1))
        for name, value in changes.items():
            table[:, self.parameter_names.index(name)] = value
        return table


@final
@dataclass(frozen=True)
class Saturable:
    """One compartment, Michaelis-Menten elimination, constant production; `clock` makes production follow the time."""

    production: float = 0.0
    clock: bool = False
    state_names: ClassVar = ("central", "left")
    parameter_names: ClassVar = ("vmax", "km")
    covariate_names: ClassVar = ()
    output_names: ClassVar = ("central",)
    linear: ClassVar = False
    is_account: ClassVar = np.array([False, True])
    time_dependent: bool = field(default=False)

    def initial(self, parameters, covariates):
        return np.zeros((len(parameters), 2))

    def derivative(self, t, states, parameters, covariates):
        vmax, km = parameters.T
        made = self.production * (1.0 + np.sin(np.asarray(t)) if self.clock else 1.0)
        out = vmax * states[:, 0] / (km + states[:, 0])
        return np.stack([made - out, out], axis=1)

    def jacobian(self, t, states, parameters, covariates):
        vmax, km = parameters.T
        slope = vmax * km / (km + states[:, 0]) ** 2
        return np.stack([np.stack([-slope, slope], 1), np.zeros((len(slope), 2))], axis=2)

    def outputs(self, names, t, states, parameters, covariates):
        return dict.fromkeys(names, states[..., 0])

    def dose_property(self, state, name, parameters, covariates):
        return None


WEIGHT = np.array([[70.0]])
"""Covariates of one person at which `Oral` has its plain rate constants."""
