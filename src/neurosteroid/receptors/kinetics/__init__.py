"""Markov schemes of receptors: cards, exact propagation, a rig's protocols, and single channels."""

from neurosteroid.receptors.kinetics.markov import Scheme, scheme, scheme_from_card, scheme_names

__all__ = ["Scheme", "scheme", "scheme_from_card", "scheme_names"]
