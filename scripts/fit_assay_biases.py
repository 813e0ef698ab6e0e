"""Find the bias of each study that several observed rows show, and how much studies differ.

    python scripts/fit_assay_biases.py            print them
    python scripts/fit_assay_biases.py --write    also write them into the cards of assays

Rows of different studies in one state are held against each other (`neurosteroid.observation.study_bias`); no model of
the hormones takes part. Rows of mass spectrometry are the reference. An interval stands as its geometric middle. Every
row has the role `fit`, so that none of them checks the model.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fitting import write_numbers

from neurosteroid import units
from neurosteroid.errors import InputError
from neurosteroid.evidence import Role, Row, library
from neurosteroid.observation.assay_scale import assay_scale, bias_key
from neurosteroid.observation.study_bias import StudyBiases, study_biases

REFERENCE = ("liquid-chromatography-ms", "gas-chromatography-ms")
INTERVALS = "assay-comparisons"
STATES = {
    "progesterone": {
        "cycle-hormones": {
            "ria1977_follicular_progesterone": "follicular",
            "ria1977_luteal_maximum_progesterone": "midluteal",
            "anckaert_follicular_progesterone": "follicular",
            "anckaert_luteal_progesterone": "luteal",
            "ajp_follicular_progesterone": "follicular",
            "ajp_luteal_progesterone": "luteal",
        },
        "pregnancy-hormones": {
            "johansson_1969_week_5_progesterone": "first trimester",
            "johansson_1969_week_9_progesterone": "first trimester",
            "johansson_1969_week_32_progesterone": "third trimester",
            "teoh_1973_week_6_progesterone": "first trimester",
            "teoh_1973_week_8_progesterone": "first trimester",
            "teoh_1973_week_9_progesterone": "first trimester",
            "ku_2018_week_5_progesterone": "first trimester",
            "ku_2018_week_13_progesterone": "first trimester",
        },
    },
    "estradiol": {
        "cycle-hormones": {
            "anckaert_follicular_estradiol": "follicular",
            "anckaert_ovulation_estradiol": "midcycle",
            "anckaert_luteal_estradiol": "luteal",
            "ajp_follicular_estradiol": "follicular",
            "ajp_luteal_estradiol": "luteal",
        }
    },
}
"""Analyte, card and row to the state it stands for; rows of the card of intervals say it as their arm."""

SAME = {"estradiol": {"early follicular": "follicular", "LH peak": "midcycle", "midluteal": "luteal"}}
"""Names of one state in different sources."""


@dataclass(frozen=True)
class Reading:
    """One row, on the typical scale of its assay."""

    row: Row
    state: str
    value: float
    floor: float


def readings(analyte: str) -> Iterator[Reading]:
    """Yield what is fitted of one analyte.

    Raises:
        InputError: a row that is kept for checking the model.
    """
    chosen = dict(STATES[analyte])
    chosen[INTERVALS] = {row.id: row.arm for row in library().card(INTERVALS).rows if row.analyte == analyte}
    for card, states in chosen.items():
        rows = {row.id: row for row in library().card(card).rows}
        for name, state in states.items():
            row = rows[name]
            if row.role is not Role.FIT:
                raise InputError(f"row '{name}' has role {row.role}; only rows of role fit may be fitted.", where=card)
            yield _reading(row, analyte, SAME.get(analyte, {}).get(state, state))


def _reading(row: Row, analyte: str, state: str) -> Reading:
    scale = assay_scale(analyte, str(row.assay))
    if row.value is not None:
        seen = row.value
    elif row.spread is not None and row.spread.low and row.spread.high:
        seen = math.sqrt(row.spread.low * row.spread.high)
    else:
        raise InputError(f"row '{row.id}' has neither a value nor an interval.")
    inside = float(units.convert(seen, row.unit, scale.unit, molar_mass=library().molar_mass(analyte)))
    return Reading(row, state, (inside - scale.floor) / scale.slope, scale.floor)


def fitted(analyte: str) -> tuple[list[Reading], StudyBiases]:
    """Return the rows of an analyte and the biases of their studies."""
    found = list(readings(analyte))
    reference = {each.row.study for each in found if each.row.assay in REFERENCE}
    studies = [each.row.study for each in found]
    return found, study_biases([each.value for each in found], [each.state for each in found], studies, list(reference))


def tables(analyte: str, found: list[Reading], biases: StudyBiases) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """Return assay to key to the table of a number."""
    made: dict[str, dict[str, Mapping[str, object]]] = defaultdict(dict)
    sources = sorted({key for each in found for key in each.row.source})
    for study, bias in biases.bias.items():
        rows = [each for each in found if each.row.study == study]
        names = ", ".join(each.row.id for each in rows)
        made[str(rows[0].row.assay)][bias_key(study)] = {
            "value": float(f"{bias:.4g}"),
            "unit": "1",
            "kind": "bias of the study",
            "spread": {"kind": "se_log", "value": float(f"{biases.log_se[study]:.3g}")},
            "source": sources,
            "status": "derived",
            "note": f"scripts/fit_assay_biases.py, from the rows {names} against other studies of the same states. What"
            " differs between the people of two studies counts as bias too.",
        }
    for assay in made:
        made[assay]["between_studies"] = {
            "value": float(f"{biases.between_log_sd:.3g}"),
            "unit": "1",
            "kind": "standard deviation of ln(bias)",
            "source": sources,
            "status": "derived",
            "note": f"scripts/fit_assay_biases.py: between {len(biases.bias)} studies of {analyte} by immunoassay or"
            f" protein binding, {biases.within_log_sd:.2g} left within one. Of so few studies the plain restricted"
            " likelihood is highest near 0.",
        }
    return made


def main() -> None:
    for analyte in STATES:
        found, biases = fitted(analyte)
        print(f"{analyte}: {len(found)} rows, levels on the reference scale (nmol/L):")
        for state, level in biases.level.items():
            print(f"  {state:16} {level:8.3g}")
        print(f"  between studies {biases.between_log_sd:.3f}, within {biases.within_log_sd:.3f} (ln)")
        for study, bias in biases.bias.items():
            print(f"  {study:24} {bias:.3f}  x/ {math.exp(1.96 * biases.log_se[study]):.2f}")
        print(
            f"  typical study over mass spectrometry {biases.slope:.3f}  x/ {math.exp(1.96 * biases.slope_log_se):.2f}"
        )
        if "--write" in sys.argv:
            for assay, numbers in tables(analyte, found, biases).items():
                write_numbers(library().card(assay, "assays"), analyte, numbers)


if __name__ == "__main__":
    main()
