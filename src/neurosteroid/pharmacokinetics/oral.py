"""By mouth: a dose is released, absorbed as far as the meal lets it, and passes gut wall and liver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter


@final
@dataclass(frozen=True, kw_only=True)
class OralFirstPass(AbstractPart):
    """A capsule of a fat-soluble drug, taken with or without fat, up to its entry into plasma.

    With f the energy of fat in the meal, kcal, x = f / (fat_half + f), and g the activity of CYP3A4 in the gut wall,

        absorbed share  a = absorbed_with_fat * (fasted_ratio + (1 - fasted_ratio) * x)
        slow share      s = slow_fasted * (1 - x)                     of what is absorbed
        gut availability G = 1 / (1 + (1 / gut_availability - 1) * g)
        hepatic availability H is given by the disposition

        depot -> outside    release_rate * depot * (1 - a)            not absorbed
        depot -> slow       release_rate * depot * a * s              dissolves late
        depot -> transit    release_rate * depot * a * (1 - s)
        transit -> emptied  release_rate * transit
        emptied -> gut      release_rate * emptied
        slow -> gut         slow_rate * slow
        gut -> outside      absorption_rate * gut * (1 - G)           gut wall
        gut -> outside      absorption_rate * gut * G * (1 - H)       liver
        gut -> central      absorption_rate * gut * G * H             all nmol/h

    A capsule is dosed into ``depot.oral.{analyte}``; a solution, already dissolved, into ``gut.{analyte}``, and is
    absorbed whole. Three stages of one rate stand for dissolution and emptying of the stomach; their number is a choice
    of structure. The meal acts on a dose while it is in the depot (hours), so a dose keeps the meal it was taken with
    as long as the next comes later than that. Nothing is lost: what is given is in a state or has left by a flow.

    Source:
        Transit compartments: Savic et al., Journal of Pharmacokinetics and Pharmacodynamics 2007;34:711-726. Gut wall
        and liver in series: Rowland and Tozer, Clinical Pharmacokinetics, 4th ed. (2011), chapter 7. The saturable
        effect of fat is an empirical curve.
    """

    release_rate: float = parameter("1/h", "rate of each of the three stages between capsule and gut")
    absorption_rate: float = parameter("1/h", "rate of absorption of what is dissolved")
    slow_rate: float = parameter("1/h", "rate at which the late part dissolves")
    absorbed_with_fat: float = parameter("1", "share of a capsule that is absorbed with very much fat")
    fasted_ratio: float = parameter("1", "share absorbed without food over that with very much fat")
    slow_fasted: float = parameter("1", "share of that which dissolves late without food")
    fat_half: float = parameter("kcal", "energy of fat in the meal at half its effect")
    gut_availability: float = parameter("1", "share that passes the gut wall when CYP3A4 there is at rest")
    analyte: str = "zuranolone"

    states = (
        State("depot", "depot.oral.{analyte}", "nmol"),
        State("transit", "transit.{analyte}", "nmol"),
        State("emptied", "emptied.{analyte}", "nmol"),
        State("slow", "slow.{analyte}", "nmol"),
        State("gut", "gut.{analyte}", "nmol"),
    )
    needs = (
        Need("fat", "meal.fat", "kcal"),
        Need("activity", "activity.cyp3a4-gut", "1"),
        Need("hepatic_availability", "hepatic_availability.{analyte}", "1"),
    )
    flows = (
        Flow("unabsorbed", "nmol/h", source="depot.oral.{analyte}", target=OUTSIDE),
        Flow("held_back", "nmol/h", source="depot.oral.{analyte}", target="slow.{analyte}"),
        Flow("release", "nmol/h", source="depot.oral.{analyte}", target="transit.{analyte}"),
        Flow("passage", "nmol/h", source="transit.{analyte}", target="emptied.{analyte}"),
        Flow("emptying", "nmol/h", source="emptied.{analyte}", target="gut.{analyte}"),
        Flow("late_release", "nmol/h", source="slow.{analyte}", target="gut.{analyte}"),
        Flow("gut_wall", "nmol/h", source="gut.{analyte}", target=OUTSIDE),
        Flow("first_pass", "nmol/h", source="gut.{analyte}", target=OUTSIDE),
        Flow("absorption", "nmol/h", source="gut.{analyte}", target="central.{analyte}"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the nine flows in nmol/h."""
        fat = given["fat"] / (self.fat_half + given["fat"])
        absorbed = self.absorbed_with_fat * (self.fasted_ratio + (1 - self.fasted_ratio) * fat)
        late = self.slow_fasted * (1 - fat)
        wall = 1 / (1 + (1 / self.gut_availability - 1) * given["activity"])
        liver = given["hepatic_availability"]
        released = self.release_rate * state["depot"]
        taken_up = self.absorption_rate * state["gut"]
        return {
            "unabsorbed": released * (1 - absorbed),
            "held_back": released * absorbed * late,
            "release": released * absorbed * (1 - late),
            "passage": self.release_rate * state["transit"],
            "emptying": self.release_rate * state["emptied"],
            "late_release": self.slow_rate * state["slow"],
            "gut_wall": taken_up * (1 - wall),
            "first_pass": taken_up * wall * (1 - liver),
            "absorption": taken_up * wall * liver,
        }
