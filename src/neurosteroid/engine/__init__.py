"""Parts, wiring, events, solvers and courses; knows no biology."""
