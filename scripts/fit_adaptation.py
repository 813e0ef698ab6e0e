"""Solve the numbers of receptor adaptation from the results they rest on, and print them beside what the cards hold.

    python scripts/fit_adaptation.py

Free numbers against results: turnover and largest removal of a4b2d 2 against 2 (delta in pregnancy and 48 h later),
largest removal of a1b2g2 1 against 1, each share of compensation 1 against 1, rate and gain of alpha4 2 against 2.
Nothing is left over, so none of these results tests the parts; tonic and synaptic currents and gamma2 after delivery
do.
"""

from __future__ import annotations

import math

from neurosteroid.evidence import Card, library
from neurosteroid.receptors.adaptation import exposure
from neurosteroid.receptors.isoform import receptor

PREGNANT = 100.0  # nmol/L, the concentration of pregnant mice (maguire2009)
MADE_UP = 0.95  # share of the loss that is made up
BACK = 2.0  # days after delivery at which it is
SUBUNITS = {"a4b2d": (0.28, 0.42), "a1b2g2": (0.37, 0.55)}  # optical density, pregnant and virgin (maguire2012)
ALPHA4 = ((2.5, 2.5), (5.5, 1.15))  # days of exposure, fold (gulinello2001)


def head(title: str, free: tuple[str, ...], results: tuple[str, ...]) -> None:
    """Print what is free, against the results that it is solved from, as the other fits do."""
    solved = " (solved)" if len(free) == len(results) else ""
    print(f"\n{title}: {len(free)} free against {len(results)} results{solved}")
    print(f"  free: {', '.join(free)}\n  results: {', '.join(results)}")


def show(card: Card, variant: str, key: str, value: float) -> None:
    number = card.number(key, variant)
    print(f"  {card.name}[{variant}].{key}: solved {value:.4g}, on the card {number.value:.4g} {number.unit}")


def change_response(rate: float, days: float) -> float:
    """Return the rise over gain after a step of the whole exposure: (k t)^2 / 2 exp(-k t)."""
    return (rate * days) ** 2 / 2 * math.exp(-rate * days)


def main() -> None:
    from scipy.optimize import brentq

    for name, (pregnant, virgin) in SUBUNITS.items():
        card, isoform = library().card(f"{name}-adaptation", "adaptation"), library().card(name, "receptors")
        signal = exposure(
            PREGNANT,
            card.number("half_exposure", "mouse-pregnancy").to("nmol/L"),
            card.number("exponent", "mouse-pregnancy").value,
        )
        # what is back two days after delivery was measured for delta; gamma2 and the homeostat take its turnover over
        first = name == "a4b2d"
        head(
            f"loss of {name} in pregnancy",
            ("largest_removal", "turnover") if first else ("largest_removal",),
            ("subunit in pregnancy over virgin", "share back 48 h after delivery")
            if first
            else ("subunit in pregnancy over virgin",),
        )
        show(card, "mouse-pregnancy", "largest_removal", (virgin / pregnant - 1) / signal)
        show(card, "mouse-pregnancy", "turnover", -math.log(1 - MADE_UP) / BACK)
        gaba = isoform.number("gaba_concentration").to("umol/L")
        found = receptor(name)
        raised = found.probability({"GABA": gaba, "allopregnanolone": PREGNANT})
        potentiation = float(raised / found.probability({"GABA": gaba}))
        head(f"homeostat of {name}", ("compensation",), ("subunit in pregnancy over virgin",))
        show(card, "homeostatic", "compensation", math.log(virgin / pregnant) / math.log(potentiation))
        show(card, "homeostatic", "turnover", -math.log(1 - MADE_UP) / BACK)
    (early, high), (late, low) = ALPHA4
    card = library().card("a4b2d-adaptation", "adaptation")

    def miss(rate: float) -> float:
        return change_response(rate, late) / change_response(rate, early) - (low - 1) / (high - 1)

    head("alpha4 under exposure", ("rate", "gain"), tuple(f"fold after {days:g} days" for days, _ in ALPHA4))
    rate = brentq(miss, 0.5, 5.0)
    show(card, "alpha4-exposure", "rate", rate)
    show(card, "alpha4-exposure", "gain", (high - 1) / change_response(rate, early))


if __name__ == "__main__":
    main()
