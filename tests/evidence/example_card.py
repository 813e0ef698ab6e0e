"""A valid card that the tests damage in every way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

VALID = """\
kind = "receptors"
name = "example"
title = "An example"
description = "Two variants."
default = "first"

[common]
species = "human"

[variants.first]
part = "gating"
note = "The one to use."

[variants.first.settings]
isoform = "a1b2g2"

[variants.first.numbers.affinity]
value = 2.5
unit = "umol/L"
spread = { kind = "ci95", low = 2.0, high = 3.0 }
source = "wald2022"
status = "secondary"
read_at = "Table 1"

[variants.first.numbers.ratio]
value = 0.25
unit = "1"
assumed = "A guess for the test."

[[variants.first.reproduces]]
name = "half-effect"
set_up = "curve"
arguments = { people = "typical", size = 20 }
metric = "ec50"
observed = { value = 26, unit = "umol/L" }
compare = { kind = "relative", tolerance = 0.1 }
role = "fit"
source = "wald2022"
status = "read"
read_at = "Table 1"

[variants.second]
extends = "first"

[variants.second.numbers.ratio]
value = 0.5
unit = "1"
source = ["wald2022", "hoffmann2019"]
status = "derived"
note = "Twice the first."
"""

WriteCard = Callable[..., Path]
