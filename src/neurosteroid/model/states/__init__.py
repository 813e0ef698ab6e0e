"""States of a person: one class a file, each checked, with what can be had together."""

from neurosteroid.model.states.adaptation import ReceptorAdaptation
from neurosteroid.model.states.combining import combined
from neurosteroid.model.states.medication import Medication
from neurosteroid.model.states.menopause import Menopause
from neurosteroid.model.states.menstrual_cycle import MenstrualCycle
from neurosteroid.model.states.organ_function import HepaticImpairment, RenalImpairment
from neurosteroid.model.states.perimenopause import Perimenopause
from neurosteroid.model.states.postpartum import Postpartum
from neurosteroid.model.states.pregnancy import Pregnancy
from neurosteroid.model.states.state import AbstractState, Axis, Sex
from neurosteroid.model.states.stress import Stress, Stressor
from neurosteroid.model.states.tables import STATES, read_state, read_states, state_table

__all__ = [
    "STATES",
    "AbstractState",
    "Axis",
    "HepaticImpairment",
    "Medication",
    "Menopause",
    "MenstrualCycle",
    "Perimenopause",
    "Postpartum",
    "Pregnancy",
    "ReceptorAdaptation",
    "RenalImpairment",
    "Sex",
    "Stress",
    "Stressor",
    "combined",
    "read_state",
    "read_states",
    "state_table",
]
