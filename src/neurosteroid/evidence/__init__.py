"""Numbers with their sources: cards, references, lookup and audit."""
