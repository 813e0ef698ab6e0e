"""What the fitting scripts share: the women, their exposure, the rows that may be fitted, and writing a card.

Exposure comes from the cards alone: the default population model of brexanolone, the brain link, and the effect
site of the outcome, in women drawn with common numbers (a Sobol sequence), so that a rerun gives the same digits.
The mean over women is used and not the typical woman, because outcomes are curved in concentration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, System, wire
from neurosteroid.errors import InputError
from neurosteroid.evidence import Card, Ledger, Role, Row, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.variability import CorrelatedNormal, truncated

Array = NDArray[np.float64]
ANALYTE = "allopregnanolone"


@dataclass(frozen=True)
class Women:
    """N women: weight (kg), system parameters by name, and their uniform draws (N, 2 + d).

    The draws are those of clearance, of central volume, and d further ones for the outcome.
    """

    weight: Array
    parameters: Mapping[str, Array]
    draws: Array


def rows_to_fit(card: str, **wanted: str) -> tuple[Row, ...]:
    """Return the rows of an observation card whose fields have the wanted texts, all of role fit.

    Raises:
        InputError: no such row, or a row that is kept for checking the model.
    """
    rows = [row for row in library().card(card).rows if all(getattr(row, key) == text for key, text in wanted.items())]
    if not rows:
        raise InputError(f"no row with {wanted}.", where=card)
    for row in rows:
        if row.role is not Role.FIT:
            raise InputError(f"row '{row.id}' has role {row.role}; only rows of role fit may be fitted.", where=card)
    return tuple(rows)


def draw_women(count: int, further: int) -> Women:
    """Draw women from the cards of people and of brexanolone, the same for every run.

    Args:
        count: a power of two.
        further: number of draws wanted beside weight, clearance and central volume.
    """
    from scipy.stats import qmc

    ledger, people, drug = Ledger(), library().card("postpartum"), library().card("brexanolone")
    # the sequence holds multiples of 1 / count, 0 among them; half a step moves it inside (0, 1)
    uniform = qmc.Sobol(3 + further, scramble=False).random(count) + 0.5 / count
    median, low, high = (ledger.take(people, f"weight_{key}", "kg") for key in ("median", "lowest", "highest"))
    log_weight = truncated(
        uniform[:, 0], np.log(median), ledger.take(people, "weight_log_sd", "1"), np.log(low), np.log(high)
    )
    keys = ("variance_clearance", "covariance_clearance_central_volume", "variance_central_volume")
    clearance, both, volume = (ledger.take(drug, key, "1") for key in keys)
    names = ("disposition.eta_clearance", "disposition.eta_central_volume")
    effects = CorrelatedNormal(names, ((clearance, both), (both, volume))).values(uniform[:, 1:3])
    return Women(np.exp(log_weight), dict(zip(names, effects.T, strict=True)), uniform[:, 1:])


def effect_courses(outcome: Card, variant: str | None, protocol: str, women: Women, step: float) -> tuple[Array, Array]:
    """Return times (K,) in h through the protocol and effect-site concentrations (N, K) in nmol/L.

    Args:
        outcome: its card names the signal and the delay of the effect site.
        variant: of that card.
        protocol: name of its card; a protocol without steps gives zeros.
        women: N of them.
        step: h between times; every step of the protocol must begin and end on one.
    """
    ledger = Ledger()
    system = _system(outcome, variant, ledger)
    molar_mass = ledger.take(library().card(ANALYTE), "molar_mass", "g/mol")
    steps = library().card(protocol).steps
    last = max((part.until.to("h") for part in steps if part.until is not None), default=0.0)
    times = np.arange(round(last / step) + 1) * step
    matrix, _ = system.matrix(system.parameters(len(women.weight), women.parameters), women.weight[:, None])
    central, effect = system.state_names.index(f"central.{ANALYTE}"), len(system.state_names) - 1
    move, push = _one_step(matrix, central, step)
    states, found = np.zeros((len(women.weight), len(system.state_names))), np.zeros((len(women.weight), len(times)))
    for index in range(len(times) - 1):
        rate = sum(_rate(part, times[index], times[index + 1]) for part in steps)
        nanomoles = units.convert(rate * women.weight, "ug/h", "nmol/h", molar_mass=molar_mass)
        states = np.einsum("nij,nj->ni", move, states) + push * nanomoles[:, None]
        found[:, index + 1] = states[:, effect]
    return times, found


def _system(outcome: Card, variant: str | None, ledger: Ledger) -> System:
    signal = outcome.variant(variant).settings["signal"]
    parts: dict[str, AbstractPart] = {
        "disposition": part_from_card(library().card("brexanolone"), None, ledger, analyte=ANALYTE),
        "brain_link": part_from_card(library().card("brain-link"), None, ledger, analyte=ANALYTE),
        "site": part_from_card(outcome, variant, ledger, kind="effect-site", name="outcome", source=signal),
    }
    return wire(parts, [Covariate("person.weight", "kg")])


def _one_step(matrix: Array, dosed: int, step: float) -> tuple[Array, Array]:
    """Return exp(A h) and the integral of exp(A s) over a step for a unit rate into the dosed state."""
    from scipy.linalg import expm

    people, size = matrix.shape[:2]
    whole = np.zeros((people, size + 1, size + 1))
    whole[:, :size, :size] = matrix
    whole[:, dosed, size] = 1.0
    exponential = expm(whole * step)
    return exponential[:, :size, :size], exponential[:, :size, size]


def _rate(part: Any, begin: float, end: float) -> float:
    start, until = part.start.to("h"), part.until.to("h")
    middle = (begin + end) / 2
    if begin < start < end or begin < until < end:
        raise InputError(f"a step of the protocol changes inside {begin:g} to {end:g} h; use a finer step.")
    return float(part.rate.to("ug/kg/h")) if start < middle < until else 0.0


def write_numbers(card: Card, variant: str, numbers: Mapping[str, Mapping[str, Any]]) -> None:
    """Replace or add number tables of a card, and leave the rest of the file as it is.

    Args:
        card: whose file is rewritten (to a temporary name, then moved).
        variant: ``""`` for a card without variants.
        numbers: key to its table; texts, numbers, and one level of nested table for a spread.
    """
    path = Path(card.path)
    prefix = f"variants.{variant}." if variant else ""
    blocks = re.split(r"(?m)^(?=\[)", path.read_text(encoding="utf-8"))
    for key, table in numbers.items():
        header = f"[{prefix}numbers.{key}]"
        text = "\n".join([header, *(f"{name} = {_toml(value)}" for name, value in table.items())]) + "\n"
        names = [block.partition("\n")[0].strip() for block in blocks]
        if header in names:
            blocks[names.index(header)] = text + "\n"
        else:
            after = max(index for index, name in enumerate(names) if name.startswith(f"[{prefix}numbers."))
            blocks[after] = blocks[after].rstrip("\n") + "\n\n"
            blocks.insert(after + 1, text + "\n")
    draft = path.with_suffix(".draft")
    draft.write_text("".join(blocks).rstrip("\n") + "\n", encoding="utf-8")
    draft.replace(path)


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:.6g}"
