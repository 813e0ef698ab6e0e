"""What the molecule touches."""

from neurosteroid.receptors.curve import Curve
from neurosteroid.receptors.isoform import Receptor, isoforms, receptor

__all__ = ["Curve", "Receptor", "isoforms", "receptor"]
