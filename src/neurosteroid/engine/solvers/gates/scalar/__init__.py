"""The same moves by numba, one cell at a time: for machines without a C compiler."""
