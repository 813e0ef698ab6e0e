"""Many people, many protocols: populations, runs, storage, checks."""
