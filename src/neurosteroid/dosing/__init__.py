"""What is given: doses, infusions, protocols, event tables and pumps."""

from neurosteroid.dosing.arm import Arm, arm_from, together
from neurosteroid.dosing.cards import protocol
from neurosteroid.dosing.naming import given_together, names_of_protocols, protocol_from
from neurosteroid.dosing.protocol import Dose, Ladder, Protocol
from neurosteroid.dosing.pump import Dilution, PumpSchedule, PumpStep, bag_count, pump_schedule
from neurosteroid.dosing.steps import DoseStep, InfusionStep, Route, Step
from neurosteroid.dosing.table_columns import CovariateColumn
from neurosteroid.dosing.table_writing import write_event_table
from neurosteroid.dosing.tables import Codes, DoseRowValues, EventTable, Observations, read_event_table

__all__ = [
    "Arm",
    "Codes",
    "CovariateColumn",
    "Dilution",
    "Dose",
    "DoseRowValues",
    "DoseStep",
    "EventTable",
    "InfusionStep",
    "Ladder",
    "Observations",
    "Protocol",
    "PumpSchedule",
    "PumpStep",
    "Route",
    "Step",
    "arm_from",
    "bag_count",
    "given_together",
    "names_of_protocols",
    "protocol",
    "protocol_from",
    "pump_schedule",
    "read_event_table",
    "together",
    "write_event_table",
]
