"""What a study uses of the model: which outcomes are read, which routes are taken, whether anything is infused.

A report shows what its study uses; a woman is drawn whole, with what no course of this study asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from neurosteroid.dosing import InfusionStep
from neurosteroid.dosing.steps import Route
from neurosteroid.evidence import library
from neurosteroid.model.analyte import ANALYTE

if TYPE_CHECKING:
    from neurosteroid.studies import Study

_MOOD: Final = "mood"
_SEDATION: Final = "sedation"
_DISPOSITION: Final = "disposition"
"""Part of the kinetics of allopregnanolone."""
_METRICS: Final = {_MOOD: ("hamd17", "responder", "remission"), _SEDATION: ("sedation",)}


def reads(study: Study, outcome: str) -> bool:
    """Return whether results, courses, measures or rules of a study read ``mood`` or ``sedation``."""
    metrics = {row["metric"].split("_")[0] for row in study.summary.rows()}
    outputs = {output for _, output in study.bands} | {each.output for each in study.config.measures}
    outputs |= {rule.port for protocol in study.protocols for rule in protocol.rules.rules}
    return bool(metrics & set(_METRICS[outcome])) or any(output.startswith(f"{outcome}.") for output in outputs)


def reads_outcomes(study: Study) -> bool:
    """Return whether a study reads depression score or sedation."""
    return reads(study, _MOOD) or reads(study, _SEDATION)


def infuses(study: Study) -> bool:
    """Return whether anything is infused in a study."""
    return any(isinstance(step, InfusionStep) for protocol in study.protocols for step in protocol.steps)


def gives(study: Study, compound: str) -> bool:
    """Return whether any arm gives a compound."""
    return any(compound in arm.compounds for arm in study.arms)


def is_used(study: Study, name: str) -> bool:
    """Return whether a number drawn for each woman takes part in what the study shows.

    Args:
        study: the study.
        name: of a column of its people, such as ``progesterone_vaginal.eta_lag``: the part and its parameter.
    """
    part = name.partition(".")[0]
    if part in _METRICS:
        return reads(study, part)
    if part == _DISPOSITION:
        shown = {output.rpartition(".")[2] for _, output in study.bands}
        return gives(study, ANALYTE) or ANALYTE in shown or study.config.outputs is not None
    compound, _, route = part.rpartition("_")
    if compound not in library().names("compounds") or route not in tuple(Route):
        return True
    own = [protocol for protocol in study.protocols if protocol.compound == compound]
    # rules may give doses by a route of their own
    return any(protocol.rules or route in {dose.route for dose in protocol.doses()} for protocol in own)
