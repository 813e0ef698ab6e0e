"""The pathway by itself: at rest, with every enzyme fully active, and with whatever a test changes."""

import functools

import numpy as np

from neurosteroid.engine import Covariate, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.physiology.pathway import ACTIVITIES, DISPOSITION, pathway_parts

ALLO = "allopregnanolone"
FREE = ("person.weight", "body.plasma-volume-scale", "adrenal.drive")
NAMES = (*FREE, *(f"activity.{enzyme}" for enzyme in ACTIVITIES))
COVARIATES = tuple(Covariate(name, "kg" if name == "person.weight" else "1") for name in NAMES)


def disposition(variant=None):
    return part_from_card(library().card("brexanolone"), variant, Ledger(), analyte=ALLO)


@functools.cache
def pathway(extent="full", variant=None, kinetics=None, accounts=False):
    parts = pathway_parts(Ledger(), disposition(kinetics), extent=extent, variant=variant)
    return wire(parts, COVARIATES, accounts=accounts)


@functools.cache
def allopregnanolone_alone(kinetics=None):
    return wire({DISPOSITION: disposition(kinetics)}, COVARIATES)


def situation(**changes):
    """(1, k) covariates; names with `__` for dots and `_` for hyphens, or a mapping under `only`."""
    only = changes.pop("only", {})
    values = {name: 70.0 if name == "person.weight" else 1.0 for name in NAMES}
    assert set(only) <= set(values)
    return np.array([list((values | only).values())])


def plasma(system, states, covariates, names):
    found = system.outputs(
        [f"plasma.{name}" for name in names],
        np.zeros((1, 1)),
        states[None, None],
        system.parameters(1),
        covariates[:, None],
    )
    return {name: float(found[f"plasma.{name}"][0, 0]) for name in names}


def balance(system, covariates, sources=None):
    """Amounts in balance with extra sources in nmol/h, by state."""
    matrix, constant = system.matrix(system.parameters(1), covariates)
    inflow = constant[0].copy()
    for state, flow in (sources or {}).items():
        inflow[system.state_names.index(state)] += flow
    return np.linalg.solve(matrix[0], -inflow)
