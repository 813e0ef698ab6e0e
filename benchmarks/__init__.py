"""Measurements of this package beside other engines; ratios and medians, never limits. Run by ``make bench``."""
