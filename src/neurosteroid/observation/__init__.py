"""How a true value becomes a datum."""
