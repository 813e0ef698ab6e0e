"""Exact propagation of linear systems by compiled code: one person a SIMD lane, whole cache lines to memory."""
