"""Many people, many protocols: populations, runs, storage, checks."""

from neurosteroid.studies.arms import read_arms, read_protocols
from neurosteroid.studies.conduct import conduct, study
from neurosteroid.studies.config import MeasureChoice, StudyConfig, config_from_data, read_config, shipped_configs
from neurosteroid.studies.people import Population, population
from neurosteroid.studies.results import Band, Study
from neurosteroid.studies.run import Run, run
from neurosteroid.studies.tables import Table
from neurosteroid.studies.verification import CheckResult, verify

__all__ = [
    "Band",
    "CheckResult",
    "MeasureChoice",
    "Population",
    "Run",
    "Study",
    "StudyConfig",
    "Table",
    "conduct",
    "config_from_data",
    "population",
    "read_arms",
    "read_config",
    "read_protocols",
    "run",
    "shipped_configs",
    "study",
    "verify",
]
