"""Sensitivities: how the states and outputs of a person change with chosen parameters."""
