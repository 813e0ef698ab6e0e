"""What the molecule touches."""
