"""Symmetric exponential moves at a fixed step, for membranes: many short steps, several cells side by side."""
