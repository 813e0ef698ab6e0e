"""Figures, tables, the HTML report."""
