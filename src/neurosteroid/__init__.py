"""Quantitative systems pharmacology of allopregnanolone and the other GABA-A neurosteroids."""

__version__ = "0.1.0"
