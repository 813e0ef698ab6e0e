"""The steroid that the model of a person is about, in a module that every other one may import."""

from __future__ import annotations

from typing import Final

ANALYTE: Final = "allopregnanolone"
"""What is infused, made, and met by receptors; its name fills the ports of the parts."""
