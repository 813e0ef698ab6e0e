"""The parts of a pregnancy and of the weeks after it, made from their cards; both states are made of the same parts."""

from __future__ import annotations

from typing import Final

from neurosteroid.engine import AbstractPart, EventKind, Record
from neurosteroid.errors import InputError
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.contribution import Contribution, Situation
from neurosteroid.model.states import Pregnancy
from neurosteroid.model.states.state import limit
from neurosteroid.model.variability import CorrelatedNormal, Distribution
from neurosteroid.physiology.placenta import FetoplacentalSource
from neurosteroid.physiology.pregnancy import HOURS_PER_DAY, HOURS_PER_WEEK, CorpusLuteumOfPregnancy, GestationClock
from neurosteroid.physiology.pregnancy_plasma import PregnancyBindingProtein

PREGNANT: Final = "state.pregnant"
"""The covariate that the record of delivery puts from 1 to 0."""

FETOPLACENTAL: Final = (
    "5alpha-dihydroprogesterone",
    "allopregnanolone",
    "pregnanolone",
    "isoallopregnanolone",
    "epipregnanolone",
)
"""Steroids that placenta and fetus give to the mother already reduced."""

_REDUCTASE: Final = {"pregnanolone": "5beta-reductase", "epipregnanolone": "5beta-reductase"}
"""Enzyme that makes the ketone of a steroid of placenta and fetus, where it is not that of the part's default."""

_LEFT_OF_ESTRADIOL: Final = "steroidogenesis-estradiol"
"""What is left of estradiol where the enzyme before progesterone is blocked."""

_WEEKS_BEFORE: Final = 6.0
"""Weeks from the beginning of the integration to hour 0 or to delivery, where pregnancy has lasted that long."""

_EARLY_WEEK: Final = 4.0
"""Gestational age before which the integration does not begin unless it must."""

_ROUNDING: Final = 1e-9
"""Relative; a course may end exactly with the longest gestation, whose hours are sums of decimals."""

_ESTRADIOL: Final = {key: f"estradiol_{key}" for key in ("highest_production", "middle_of_rise", "width_of_rise")}
_VOLUME: Final = {"half_time_after": "volume_half_time_after"}
_PROTEINS: Final = {"cbg": "cbg_highest_ratio", "albumin": "albumin_lowest_ratio"}
"""Binding proteins, with the key of what late pregnancy makes of each."""


def estradiol_parts(ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the pool of estradiol."""
    return {"estradiol": part_from_card(_card("estradiol-disposition"), None, ledger, analyte="estradiol")}


def gestation_parts(
    ledger: Ledger, *, week_at_start: float, nursing: bool, placenta: str | None = None
) -> dict[str, AbstractPart]:
    """Return clocks, corpus luteum, placenta, plasma and the ovary after delivery; the pools they feed are others'.

    Args:
        ledger: records each number taken.
        week_at_start: gestational age at which the integration begins.
        nursing: whether she nurses after delivery.
        placenta: variant of the card of the same name.
    """
    source, pregnancy = _card("placenta"), _card("pregnancy")
    fall = {key: ledger.take(source, key, "week", placenta) for key in ("middle_of_fall", "width_of_fall")}
    luteal = {
        "progesterone": ledger.take(source, "luteal_production", "nmol/h", placenta),
        "estradiol": ledger.take(_card("estradiol-disposition"), "production_luteal", "nmol/h"),
    }
    parts: dict[str, AbstractPart] = {
        "gestation_clock": GestationClock(week_at_start=week_at_start),
        "placental_progesterone": part_from_card(source, placenta, ledger, analyte="progesterone"),
        "placental_estradiol": part_from_card(
            pregnancy,
            None,
            ledger,
            kind="placental-source",
            keys=_ESTRADIOL,
            analyte="estradiol",
            enzyme=_LEFT_OF_ESTRADIOL,
        ),
        "pregnancy_plasma": part_from_card(pregnancy, None, ledger, kind="pregnancy-plasma-volume", keys=_VOLUME),
        "postpartum_ovary": part_from_card(
            _card("postpartum-ovary"), "nursing" if nursing else "not-nursing", ledger, analyte="estradiol"
        ),
    }
    for analyte, production in luteal.items():
        enzyme = _LEFT_OF_ESTRADIOL if analyte == "estradiol" else "steroidogenesis-ovary"
        part = CorpusLuteumOfPregnancy(production=production, analyte=analyte, enzyme=enzyme, **fall)
        parts[f"corpus_luteum_{analyte}"] = part
    parts |= binding_protein_parts(ledger)
    for analyte in FETOPLACENTAL:
        share = ledger.take(pregnancy, f"share_{analyte}", "1")
        parts[f"fetoplacental_{analyte}"] = FetoplacentalSource(
            share_of_progesterone=share, analyte=analyte, reductase=_REDUCTASE.get(analyte, "5alpha-reductase-1")
        )
    return parts


def binding_protein_parts(ledger: Ledger) -> dict[str, AbstractPart]:
    """Return what pregnancy makes of corticosteroid-binding globulin and albumin."""
    pregnancy = _card("pregnancy")
    return {
        f"pregnancy_{protein}": PregnancyBindingProtein(
            at_rest=ledger.take(_card("at-rest"), f"binding.{protein}", "nmol/L"),
            highest_ratio=ledger.take(pregnancy, ratio, "1"),
            middle_of_change=ledger.take(pregnancy, f"{protein}_middle_of_change", "week"),
            width_of_change=ledger.take(pregnancy, f"{protein}_width_of_change", "week"),
            half_time_after=ledger.take(pregnancy, f"{protein}_half_time_after", "day"),
            protein=protein,
        )
        for protein, ratio in _PROTEINS.items()
    }


def gestation_effects(ledger: Ledger, placenta: str | None = None) -> tuple[Distribution, ...]:
    """Return how women differ in what corpus luteum and placenta make."""
    progesterone = ledger.take(_card("placenta"), "variance_production", "1", placenta)
    estradiol = ledger.take(_card("pregnancy"), "variance_estradiol_production", "1")
    variances = {
        "corpus_luteum_progesterone": progesterone,
        "placental_progesterone": progesterone,
        "placental_estradiol": estradiol,
    }
    return tuple(CorrelatedNormal((f"{name}.eta_production",), ((value,),)) for name, value in variances.items())


def gestation(
    ledger: Ledger,
    situation: Situation,
    *,
    week: float,
    delivery_week: float | None,
    nursing: bool,
) -> Contribution:
    """Return pregnancy, delivery and the time after it as one contribution.

    The integration begins some weeks before hour 0 and before delivery, with empty pools: the slowest pool has a
    half-life of a day, so nothing of its beginning is left.

    Args:
        ledger: records each number taken.
        situation: the person and the run.
        week: that hour 0 would have on the axis of gestation, delivered or not.
        delivery_week: on the same axis; None for no delivery in the course.
        nursing: whether she nurses after delivery.

    Raises:
        InputError: a course in which a pregnancy without delivery lasts longer than any.
    """
    if delivery_week is None:
        _check_end(week, situation.until)
    placenta = situation.choice.placenta
    pregnant_at_zero = week if delivery_week is None else min(week, delivery_week)
    before = min(_WEEKS_BEFORE, max(pregnant_at_zero - _EARLY_WEEK, 1.0))
    run_in = max(situation.run_in, (week - pregnant_at_zero + before) * HOURS_PER_WEEK)
    records: tuple[Record, ...] = ()
    if delivery_week is not None:
        hour = (delivery_week - week) * HOURS_PER_WEEK
        records = (Record(time=hour, evid=EventKind.OTHER, covariates={PREGNANT: 0.0}),)
    return Contribution(
        parts=gestation_parts(ledger, week_at_start=week - run_in / HOURS_PER_WEEK, nursing=nursing, placenta=placenta),
        records=records,
        covariates={PREGNANT: 1.0},
        outputs=("gestation.week", "postpartum.day"),
        effects=gestation_effects(ledger, placenta),
        run_in=run_in,
        anchored=True,
        limits=_limits(situation, week, delivery_week, nursing),
    )


def _check_end(week: float, until: float) -> None:
    """Refuse a pregnancy without delivery that the course carries past the longest gestation.

    Raises:
        InputError: it does; names the ways out.
    """
    last, reached = limit("longest_gestation", "week"), week + until / HOURS_PER_WEEK
    if reached > last * (1 + _ROUNDING):
        left = (last - week) * HOURS_PER_WEEK / HOURS_PER_DAY
        usual = round(_card("pregnancy").number("usual_delivery").to("week"), 1)
        shorter = f", or end the course by day {left:.4g}" if left > 0 else ""
        raise InputError(
            f"no delivery is told, and from week {week:g} this course goes on to week {reached:.4g}; no pregnancy lasts"
            f" beyond week {last:g}. Say when she delivers, as in Pregnancy(week={week:g},"
            f" delivery_week={max(week, usual):g}), in a study file"
            f' {{ kind = "pregnancy", week = {week:g}, delivery_week = {max(week, usual):g} }}{shorter}.',
            where=f"{Pregnancy.__name__}.delivery_week",
        )


def _limits(situation: Situation, week: float, delivery_week: float | None, nursing: bool) -> tuple[str, ...]:
    """Return the notes of the cards, and what this course goes beyond."""
    cards = ("placenta", "pregnancy") if delivery_week is None else ("placenta", "pregnancy", "postpartum-ovary")
    notes = [note for name in cards if (note := _card(name).note)]
    first = _card("pregnancy").number("first_judged_week").to("week")
    if week < first:
        notes.append(
            f"The course begins in week {week:g}, before the first measured level (week {first:g}): the corpus luteum "
            "does not rise after ovulation here, it stands at its level of that week."
        )
    ovary = _card("postpartum-ovary")
    if delivery_week is not None and not nursing:
        ovulation = ovary.number("first_ovulation", "not-nursing").to("day")
        last = situation.until / HOURS_PER_DAY + (week - delivery_week) * HOURS_PER_WEEK / HOURS_PER_DAY
        if last > ovulation:
            notes.append(
                f"The course goes to day {last:.0f} after delivery without nursing: past day {ovulation:.0f}, the mean "
                "of first ovulations, most women cycle again, which this state does not follow."
            )
    return tuple(notes)


def _card(name: str) -> Card:
    return library().card(name, "physiology")
