"""Exponential Euler at a fixed step, for membranes: many short steps, several cells in one bundle of vectors."""
