"""Days of exposure to a steroid and its withdrawal: receptor expression, by the parts of a person's model."""

from __future__ import annotations

import numpy as np

from neurosteroid import units
from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces, library
from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.catalogue import part_from_card

_STEROID = f"receptor.{ANALYTE}"


def exposure(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return expression relative to no exposure: ``during``, at its end, or ``after``, when it has been withdrawn.

    The arguments are ``steroid``, constant for the time ``exposed`` from rest, and for ``after`` the time ``withdrawn``
    without any.
    """
    isoform = str(card.variant(variant).settings["isoform"])
    given = Ledger()
    parts = {
        "receptor": part_from_card(library().card(isoform, "receptors"), None, given, isoform=isoform, analyte=ANALYTE),
        "adaptation": part_from_card(card, variant, given, kind=None, keys=None, **settings(card, variant)),
    }
    system = wire(parts, [Covariate(_STEROID, units.CONCENTRATION)])
    steroid = units.parse(str(entry.arguments["steroid"]), units.CONCENTRATION)
    end = units.parse_span(str(entry.arguments["exposed"]))
    records = [
        Record(time=0.0, evid=EventKind.OTHER, covariates={_STEROID: steroid}),
        Record(time=end, evid=EventKind.OTHER, covariates={_STEROID: steroid}),
    ]
    read_at = end
    if entry.metric == "after":
        read_at = end + units.parse_span(str(entry.arguments["withdrawn"]))
        records.append(Record(time=read_at, evid=EventKind.OTHER, covariates={_STEROID: 0.0}))
    elif entry.metric != "during":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    name = f"receptor.{isoform}.surface_expression"
    # a covariate holds from the record before to the record that gives it
    found = solve(system, [records], parameters=system.parameters(1), output_times=[read_at], outputs=(name,))
    return float(np.asarray((found.kept or {})[name])[0, -1])


def settings(card: Card, variant: str | None) -> dict[str, str]:
    """Return the text fields of a variant's part."""
    part = card.variant(variant).part
    text = {"isoform": str(card.variant(variant).settings["isoform"])}
    return text if part in ("constant-expression", "homeostatic-adaptation") else {**text, "analyte": ANALYTE}


SET_UPS = {"adaptation-exposure": exposure}
