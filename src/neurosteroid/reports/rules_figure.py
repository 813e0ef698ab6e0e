"""What rules did along time: shares of the women of each arm to whom each action was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from neurosteroid.reports import axes as draw
from neurosteroid.reports.palette import MUTED, Look, looks
from neurosteroid.reports.svg import drawing
from neurosteroid.reports.who import who_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neurosteroid.studies import Study

_LOOKS: Final = {
    "stop for good": Look("#a3262a", (0, ())),
    "hold": Look("#b04a00", (0, ())),
    "step down": Look("#7a5c00", (0, (5, 1.6))),
    "resume": Look("#00705a", (0, (6, 1.4, 1.2, 1.4))),
    "titrate up": Look("#0a5c9e", (0, (5, 1.6))),
    "rescue dose": Look("#8c3f78", (0, (1.2, 1.2))),
}
"""Of the actions, the same in every arm."""
_LEAST: Final = 5.0  # % at the top of an axis, so that one woman of many is not drawn as if she were all
_ROOM: Final = 1.25  # of the highest share of an arm
_PERCENT: Final = 100.0


def rules_figure(study: Study) -> Figure | None:
    """Return a panel for each arm with rules, or None where none of them did anything.

    Lines are the shares of women to whom an action has been done at least once; the grey area are those who are held or
    stopped at that hour.
    """
    from neurosteroid.studies.rule_effects import HALTED

    effects = study.rule_effects
    if not any(effects.shares.values()):
        return None
    arms = [arm for arm in study.arms if arm.name in effects.shares]
    found = looks(study.arms)
    with drawing():
        figure, _, panels = draw.stack(0, [0.8] * len(arms), labels=True)
        for axes, arm in zip(panels, arms, strict=True):
            own = dict(effects.shares[arm.name])
            halted = own.pop(HALTED, None)
            if halted is not None:
                axes.fill_between(effects.times, _PERCENT * halted, step="post", color=MUTED, alpha=0.18, linewidth=0)
            for action, share in own.items():
                look = _LOOKS[action]
                axes.step(effects.times, _PERCENT * share, where="post", color=look.colour, linestyle=look.dashes)
            highest = max((float(share.max()) for share in effects.shares[arm.name].values()), default=0.0)
            axes.set_ylim(0.0, max(_LEAST, _PERCENT * min(1.0, _ROOM * highest)))
            axes.set_ylabel(f"% of {who_of(study.config.population.card).many}")
            draw.titled(axes, draw.shortened(arm.name, 40), found[arm.name].colour, "" if own else "no rule acted")
            draw.label_lines(axes, {name: _PERCENT * float(share[-1]) for name, share in own.items()}, _LOOKS)
        draw.time_axis(panels, float(effects.times[-1]))
    return figure
