"""The native solver: C generated from a system, one person a SIMD lane, adaptive Rosenbrock steps."""
