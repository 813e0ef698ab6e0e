"""Figures, tables and the one HTML report that opens offline."""

from neurosteroid.reports.courses import course_figure
from neurosteroid.reports.html import write_report

__all__ = ["course_figure", "write_report"]
