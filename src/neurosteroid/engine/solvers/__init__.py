"""Solvers: each takes a system and a timeline, and gives states at the rows asked for."""
