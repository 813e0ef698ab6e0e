"""What is given: doses, infusions, protocols, event tables and pumps."""
