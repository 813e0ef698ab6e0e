"""Rival explanations of a mood that is worst at a middle level of allopregnanolone, on one preparation."""
