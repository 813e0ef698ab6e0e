"""The one place that joins the rooms: person and protocol become a course."""
