"""Where the molecule goes."""
