"""The same Rosenbrock steps on a GPU by CUDA, one person a thread; the C text for one lane is compiled when needed."""
