"""Quantitative systems pharmacology of allopregnanolone and the other GABA-A neurosteroids.

Names below are imported when first used, so that ``import neurosteroid`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurosteroid.dosing.cards import protocol
    from neurosteroid.dosing.protocol import Protocol
    from neurosteroid.evidence.lookup import library, use_library
    from neurosteroid.model import (
        Course,
        HepaticImpairment,
        Medication,
        Menopause,
        MenstrualCycle,
        ModelChoice,
        Perimenopause,
        Person,
        Postpartum,
        Pregnancy,
        ReceptorAdaptation,
        RenalImpairment,
        Stress,
        Stressor,
        simulate,
    )
    from neurosteroid.model.circuit import circuit
    from neurosteroid.model.circuit_activity import CircuitActivity
    from neurosteroid.model.circuit_experiment import Circuit
    from neurosteroid.model.mood.comparison import compare_mood_hypotheses
    from neurosteroid.model.mood.experiments import separating_experiments
    from neurosteroid.model.mood.felt import mood_by_level
    from neurosteroid.model.mood.hypotheses import MoodHypothesis, mood_hypotheses, mood_hypothesis
    from neurosteroid.model.neuron import neuron
    from neurosteroid.model.neuron_experiments import Neuron
    from neurosteroid.model.response_surface import ResponseSurface, response_surface
    from neurosteroid.model.side_by_side import SideBySide, side_by_side
    from neurosteroid.receptors import receptor
    from neurosteroid.receptors.kinetics import Scheme, scheme
    from neurosteroid.receptors.panel import receptor_panel
    from neurosteroid.studies import Population, Study, population, study, verify

__version__ = "0.1.0"

_HOMES = {
    "Circuit": "model.circuit_experiment",
    "CircuitActivity": "model.circuit_activity",
    "Course": "model",
    "HepaticImpairment": "model",
    "Medication": "model",
    "Menopause": "model",
    "MenstrualCycle": "model",
    "ModelChoice": "model",
    "MoodHypothesis": "model.mood.hypotheses",
    "Neuron": "model.neuron_experiments",
    "Perimenopause": "model",
    "Person": "model",
    "Population": "studies",
    "Postpartum": "model",
    "Pregnancy": "model",
    "Protocol": "dosing",
    "ReceptorAdaptation": "model",
    "RenalImpairment": "model",
    "ResponseSurface": "model.response_surface",
    "Scheme": "receptors.kinetics",
    "SideBySide": "model.side_by_side",
    "Stress": "model",
    "Stressor": "model",
    "Study": "studies",
    "circuit": "model.circuit",
    "compare_mood_hypotheses": "model.mood.comparison",
    "library": "evidence",
    "mood_by_level": "model.mood.felt",
    "mood_hypotheses": "model.mood.hypotheses",
    "mood_hypothesis": "model.mood.hypotheses",
    "neuron": "model.neuron",
    "population": "studies",
    "protocol": "dosing",
    "receptor": "receptors",
    "receptor_panel": "receptors.panel",
    "response_surface": "model.response_surface",
    "scheme": "receptors.kinetics",
    "separating_experiments": "model.mood.experiments",
    "side_by_side": "model.side_by_side",
    "simulate": "model",
    "study": "studies",
    "use_library": "evidence",
    "verify": "studies",
}

__all__ = [
    "Circuit",
    "CircuitActivity",
    "Course",
    "HepaticImpairment",
    "Medication",
    "Menopause",
    "MenstrualCycle",
    "ModelChoice",
    "MoodHypothesis",
    "Neuron",
    "Perimenopause",
    "Person",
    "Population",
    "Postpartum",
    "Pregnancy",
    "Protocol",
    "ReceptorAdaptation",
    "RenalImpairment",
    "ResponseSurface",
    "Scheme",
    "SideBySide",
    "Stress",
    "Stressor",
    "Study",
    "circuit",
    "compare_mood_hypotheses",
    "library",
    "mood_by_level",
    "mood_hypotheses",
    "mood_hypothesis",
    "neuron",
    "population",
    "protocol",
    "receptor",
    "receptor_panel",
    "response_surface",
    "scheme",
    "separating_experiments",
    "side_by_side",
    "simulate",
    "study",
    "use_library",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'neurosteroid' has no attribute {name!r}; it offers {', '.join(__all__)}")
    return getattr(importlib.import_module(f"neurosteroid.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
