"""The same Rosenbrock steps by numba, one person at a time: for machines without a C compiler."""
