"""Which outputs a figure shows, in what order, under which words and in which unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, final

import numpy as np

from neurosteroid.model.shown_units import shown_unit

if TYPE_CHECKING:
    from neurosteroid.studies import Study


@final
@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel under the dose ladders.

    Attributes:
        output: name of the model's output.
        title: what is drawn, for people.
        unit: drawn on the left axis; converted from the output's own unit.
        shown: the unit in words on the axis.
        second: a further unit on the right axis, or None.
        from_zero: whether the axis starts at 0.
        bars: whether the women of each protocol are drawn as bars side by side, for bands that would cover each other.
        height: of the panel, in heights of an ordinary one.
    """

    output: str
    title: str
    unit: str
    shown: str
    second: str | None = None
    from_zero: bool = True
    bars: bool = False
    height: float = 1.0


_ALL: Final[Sequence[Panel]] = (
    Panel(
        output="plasma.allopregnanolone",
        title="Allopregnanolone in plasma, total",
        unit="ng/mL",
        shown="ng/mL",
        second="nmol/L",
        height=1.3,
    ),
    Panel(output="plasma.zuranolone", title="Zuranolone in plasma, total", unit="nmol/L", shown="nmol/L"),
    Panel(output="plasma.lh", title="LH in plasma", unit="IU/L", shown="IU/L"),
    Panel(output="plasma.fsh", title="FSH in plasma", unit="IU/L", shown="IU/L"),
    Panel(output="plasma.estradiol", title="Estradiol in plasma, total", unit="pg/mL", shown="pg/mL", second="pmol/L"),
    Panel(
        output="plasma.progesterone",
        title="Progesterone in plasma, total",
        unit="ng/mL",
        shown="ng/mL",
        second="nmol/L",
    ),
    Panel(output="plasma.cortisol", title="Cortisol in plasma, total", unit="nmol/L", shown="nmol/L"),
    Panel(output="brain.allopregnanolone", title="Allopregnanolone in brain", unit="nmol/L", shown="nmol/L"),
    Panel(
        output="receptor.a4b2d.potentiation",
        title="Open probability of α4β2δ receptors (extrasynaptic), against no steroid",
        unit="1",
        shown="fold",
    ),
    Panel(
        output="receptor.a1b2g2.potentiation",
        title="Open probability of α1β2γ2 receptors (synaptic), against no steroid",
        unit="1",
        shown="fold",
    ),
    Panel(
        output="mood.hamd17",
        title="HAM-D17 total score, expected",
        unit="1",
        shown="points",
        bars=True,
        height=1.7,
    ),
    Panel(output="sedation.probability", title="Chance of at least mild sedation", unit="percent", shown="%"),
)


def panels(outputs: Collection[str]) -> tuple[Panel, ...]:
    """Return the panels whose output is there, in the order the molecule travels."""
    return tuple(panel for panel in _ALL if panel.output in outputs)


def study_panels(study: Study) -> tuple[Panel, ...]:
    """Return the panels of a study: those of its outputs, and plain ones of outputs it asks for that have none."""
    found = panels({output for _, output in study.bands})
    known = {panel.output for panel in _ALL}
    for name in study.config.outputs or ():
        if name not in known:
            bands = [study.bands[arm.name, name] for arm in study.arms]
            unit = shown_unit(name, bands[0].unit)
            edges = [band.mean if band.p05 is None else band.p05 for band in bands]
            above = all(float(np.nanmin(edge, initial=0.0)) >= 0.0 for edge in edges)
            shown = "" if unit == "1" else unit
            found += (Panel(output=name, title=name, unit=unit, shown=shown, from_zero=above),)
    return as_read(found, study.reading)


def as_read(found: Sequence[Panel], reading: Mapping[str, str]) -> tuple[Panel, ...]:
    """Return panels whose titles name the assay on whose scale they are; `reading` is output to assay."""
    return tuple(
        replace(panel, title=f"{panel.title}, as read by {reading[panel.output]}") if panel.output in reading else panel
        for panel in found
    )
