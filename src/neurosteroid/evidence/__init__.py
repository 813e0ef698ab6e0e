"""Numbers with their sources: cards, references, lookup and audit."""

from neurosteroid.evidence.audit import Audit, audit
from neurosteroid.evidence.bibliography import Reference, read_bibtex
from neurosteroid.evidence.card import Card, RuleTable, StepTable, Variant
from neurosteroid.evidence.ledger import Choice, Ledger
from neurosteroid.evidence.lookup import SHOWN_KINDS, Library, library, load_library, shown_path, use_library
from neurosteroid.evidence.number import Number, Spread, SpreadKind, Status
from neurosteroid.evidence.results import Cause, Compare, Comparison, Observed, Reproduces, Role
from neurosteroid.evidence.rows import Claim, Row, Statistic, standard_error

__all__ = [
    "SHOWN_KINDS",
    "Audit",
    "Card",
    "Cause",
    "Choice",
    "Claim",
    "Compare",
    "Comparison",
    "Ledger",
    "Library",
    "Number",
    "Observed",
    "Reference",
    "Reproduces",
    "Role",
    "Row",
    "RuleTable",
    "Spread",
    "SpreadKind",
    "Statistic",
    "Status",
    "StepTable",
    "Variant",
    "audit",
    "library",
    "load_library",
    "read_bibtex",
    "shown_path",
    "standard_error",
    "use_library",
]
