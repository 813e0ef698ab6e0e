"""A study: many women, several arms, and what is said of them."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.dosing import Arm, Protocol
from neurosteroid.evidence import Ledger
from neurosteroid.model.advice import Advice, advice_by_arms
from neurosteroid.model.sexes import sex_of
from neurosteroid.studies.config import StudyConfig
from neurosteroid.studies.left_out import empty_cells, silent_receptors, why_no_outcomes
from neurosteroid.studies.rule_effects import RuleEffects, rule_effects
from neurosteroid.studies.tables import Table

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class Band:
    """One output of all women under one protocol along K times.

    Attributes:
        times: (K,) h.
        mean: (K,) in `unit`.
        p05, p50, p95: (K,) quantiles over the women; None where the mean is a share.
        unit: of the values.
        error: the largest relative error of a quantile; 0 where they are exact, from all values.
    """

    times: Array
    mean: Array
    p05: Array | None
    p50: Array | None
    p95: Array | None
    unit: str
    error: float = 0.0


@final
@dataclass(frozen=True, eq=False)
class Study:
    """The result of a study.

    Attributes:
        config: what was asked for.
        arms: what was given.
        people: a row a woman: person, weight, age, and the parameters drawn for her.
        individuals: a row a woman and arm (column ``protocol``): the metrics. Of many women this table, `people`
            and `actions` stay in files, from which a column is read when it is asked for.
        actions: a row an action of a rule: person, protocol, time, action, whether it was done, the value that
            triggered it, and the pump's rate before and after.
        summary: a row an arm and metric: n, mean, sd, and the 5, 50 and 95 % quantiles with their largest relative
            error; a share for a proportion.
        contrasts: a row an arm and metric: mean difference to the arm without drug in the same women.
        bands: (arm, output) to its band; ``sedation.at_least_mild`` and the like are shares of women.
        examples: (arm, output) to the courses (E, K) of the first few women.
        ledger: every number that took part.
        limits: what the cards say the model must not be used for.
        failures: who did not finish, as sentences.
        solver: which solver ran.
        seconds: run time.
        versions: of this package and what it stands on.
        reading: output to the assay on whose scale it is; what is not in it is the true concentration.
    """

    config: StudyConfig
    arms: tuple[Arm, ...]
    people: Table
    individuals: Table
    actions: Table
    summary: Table
    contrasts: Table
    bands: Mapping[tuple[str, str], Band]
    examples: Mapping[tuple[str, str], Array]
    ledger: Ledger
    limits: tuple[str, ...]
    failures: tuple[str, ...]
    solver: str
    seconds: float
    versions: Mapping[str, str]
    reading: Mapping[str, str] = field(default_factory=dict)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """The protocols of all arms, arm by arm; in most studies each arm has one."""
        return tuple(item for arm in self.arms for item in arm.protocols)

    @functools.cached_property
    def rule_effects(self) -> RuleEffects:
        """What the rules did: how many women, how often and when, counted from `actions`."""
        times = next(iter(self.bands.values())).times
        return rule_effects(self.arms, self.actions, self.config.population.size, times)

    @functools.cached_property
    def left_out(self) -> tuple[str, ...]:
        """What is in no table and why, as sentences: depression score and sedation, an exposure, a half-life."""
        outputs = {output for _, output in self.bands}
        sex = sex_of(self.config.population.card)
        found = (why_no_outcomes(self.arms, self.config.women, outputs, sex), silent_receptors(self.arms, outputs))
        have = {(row["protocol"], row["metric"]) for row in self.summary.rows()}
        made = {name for name, metric in have if metric == "c_max" and (name, "half_life") not in have}
        return (*(text for text in found if text is not None), *empty_cells(self.arms, made))

    @functools.cached_property
    def advice(self) -> tuple[str, ...]:
        """What labels advise and what medicines do that the model does not follow, each sentence with its arms."""
        return tuple(f"{self._of(names)}: {each.text}" for each, names in self._advice if not each.warns)

    @functools.cached_property
    def advice_against(self) -> tuple[str, ...]:
        """Advice that is a warning, each sentence with its arms."""
        return tuple(f"{self._of(names)}: {each.text}" for each, names in self._advice if each.warns)

    @functools.cached_property
    def titled_advice(self) -> tuple[tuple[str, str], ...]:
        """All advice as (title, sentence with its arms), warnings first."""
        told = sorted(self._advice, key=lambda item: not item[0].warns)
        return tuple((each.title, f"{self._of(names)}: {each.text}") for each, names in told)

    @functools.cached_property
    def _advice(self) -> tuple[tuple[Advice, tuple[str, ...]], ...]:
        return advice_by_arms(self.arms, self.config.women)

    def _of(self, names: Sequence[str]) -> str:
        """Return the names of arms, or that all of several are meant."""
        return "All arms" if len(names) == len(self.arms) > 1 else ", ".join(f"'{name}'" for name in names)

    def report(self, path: str | Path) -> Path:
        """Write the study as one HTML file that opens offline, and return its path; the reports room draws it.

        Raises:
            InputError: the file cannot be written.
        """
        written: Path = importlib.import_module("neurosteroid.reports").write_report(self, Path(path))
        return written
