"""What is given: doses, infusions, protocols, event tables and pumps."""

from neurosteroid.dosing.cards import protocol
from neurosteroid.dosing.protocol import Dose, Ladder, Protocol
from neurosteroid.dosing.pump import Dilution, PumpSchedule, PumpStep, bag_count, pump_schedule
from neurosteroid.dosing.steps import BolusStep, InfusionStep, OralStep, Route, Step

__all__ = [
    "BolusStep",
    "Dilution",
    "Dose",
    "InfusionStep",
    "Ladder",
    "OralStep",
    "Protocol",
    "PumpSchedule",
    "PumpStep",
    "Route",
    "Step",
    "bag_count",
    "protocol",
    "pump_schedule",
]
