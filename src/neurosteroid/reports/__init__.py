"""Figures, tables and the one HTML report that opens offline."""

from neurosteroid.reports.courses import course_figure
from neurosteroid.reports.html import write_report
from neurosteroid.reports.limits import study_warnings

__all__ = ["course_figure", "study_warnings", "write_report"]
