"""Networks of cells in fixed steps: populations of one system each, coupled through the means of their states."""
