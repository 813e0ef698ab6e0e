"""What a study is: one model behind the TOML file, the JSON form and the Python call."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    model_validator,
)

from neurosteroid import units
from neurosteroid.errors import InputError, UnitError, unknown_name
from neurosteroid.evidence import library
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.sexes import sex_of
from neurosteroid.model.states import AbstractState, Sex, combined, read_states

NAMES: Final = "use lower-case letters, digits and hyphens, such as 'my-study'."
"""What the name of a study consists of."""

_SAID: Final = {"string_type": "this must be text in quotation marks"}
_EXAMPLES: Final = {"until": "'96 h'", "step": "'30 min'", "start": "'08:00'", "since": "'24 h'"}
LIBRARY = Path(__file__).parent / "library"


def _quantity(unit: str, *, positive: bool) -> AfterValidator:
    def check(text: str) -> str:
        try:
            value = units.parse(text, unit)
        except UnitError as error:
            raise ValueError(error.message) from error
        if value < 0 or (positive and value == 0):
            raise ValueError(f"'{text}' must be {'above' if positive else 'at least'} 0")
        return text

    return AfterValidator(check)


def _clock(text: str) -> str:
    try:
        return units.checked_clock(text)
    except UnitError as error:
        raise ValueError(error.message) from error


def _as_found(given: Any, read: Callable[[Any], ModelChoice]) -> ModelChoice:
    """Read the choice of variants; what is wrong with it is said with its key among all else that is wrong."""
    try:
        return read(given)
    except InputError as error:
        if isinstance(error.__cause__, ValidationError):
            raise error.__cause__ from None
        raise


def _states(tables: tuple[dict[str, Any], ...], info: ValidationInfo) -> tuple[dict[str, Any], ...]:
    people = info.data.get("population")
    sex = Sex.FEMALE if people is None or people.card not in library().names("people") else sex_of(people.card)
    try:
        read = read_states(tables)
        for place, state in enumerate(read):
            if sex not in state.SEXES:
                fits = [name for name in library().names("people") if sex_of(name) in state.SEXES]
                raise InputError(
                    f"a {sex} person is not in the state {type(state).__name__}, and the people of 'population.card'"
                    f" are {sex}. Leave the state out, or take another card of people, such as '{fits[0]}'.",
                    where=f"states[{place}]",
                )
        combined(read, sex, where="states")
    except InputError as error:
        raise ValueError(str(error)) from error
    return tables


Span = Annotated[str, _quantity(units.TIME, positive=True)]
Clock = Annotated[str, AfterValidator(_clock)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PopulationChoice(_Strict):
    """Who is studied: a card of people and how many of them."""

    card: str = Field(description="name of a card of kind 'people'")
    size: int = Field(ge=1, le=10_000_000, description="number of people")

    @model_validator(mode="before")
    @classmethod
    def _sex_is_of_the_card(cls, given: Any) -> Any:
        if isinstance(given, dict) and "sex" in given:
            cards = [name for name in library().names("people") if sex_of(name) == given["sex"]]
            such = f"; such as card = '{cards[0]}' for {given['sex']} people" if cards else ""
            raise ValueError(f"the card of people says their sex; leave 'sex' out and take one that fits{such}")
        return given


class GivenChoice(_Strict):
    """One of several protocols that are given together: a card, or a name and a sentence."""

    card: str | None = Field(default=None, description="name of a card: a protocol, or a treatment of several")
    name: str | None = Field(default=None, description="how it is called")
    sentence: str | None = Field(default=None, description="such as '50 mg orally every 24 h x 14'")
    compound: str | None = Field(default=None, description="what a sentence gives; allopregnanolone when left out")
    rules: tuple[str, ...] = Field(default=(), description="such as 'hold when plasma.estradiol >= 300 pg/mL'")

    @model_validator(mode="after")
    def _one_kind(self) -> GivenChoice:
        _check_given(self)
        return self


class ProtocolChoice(_Strict):
    """What an arm is given: a card, a name and a sentence, or several of them together."""

    card: str | None = Field(default=None, description="name of a card: a protocol, or a treatment of several")
    name: str | None = Field(default=None, description="how tables and figures call it")
    sentence: str | None = Field(default=None, description="such as '30 ug/kg/h for 4 h then 60 ug/kg/h for 20 h'")

    compound: str | None = Field(
        default=None, description="what a sentence gives, a card of kind 'compounds'; allopregnanolone when left out"
    )
    together: tuple[GivenChoice, ...] | None = Field(
        default=None, min_length=1, description="protocols of several compounds, each with a card or a sentence"
    )
    rules: tuple[str, ...] = Field(default=(), description="such as 'hold when sedation >= moderate'")

    @model_validator(mode="after")
    def _one_kind(self) -> ProtocolChoice:
        if self.together is None:
            _check_given(self)
        elif self.name is not None and not self.name.strip():
            raise ValueError("'name' is empty; give the word that tables and figures call it, or leave it out")
        elif named := [key for key in ("card", "sentence", "compound", "rules") if getattr(self, key)]:
            raise ValueError(f"'together' lists all that is given; leave '{named[0]}' out")
        return self


def _check_given(choice: GivenChoice | ProtocolChoice) -> None:
    if (choice.card is None) == (choice.sentence is None):
        raise ValueError("give either 'card' or 'sentence'")
    if choice.card is not None and choice.compound is not None:
        raise ValueError("a card says itself what it gives; leave 'compound' out")
    if choice.compound is not None and choice.compound not in library().names("compounds"):
        raise ValueError(unknown_name("compound", choice.compound, library().names("compounds")).message)
    if choice.name is not None and not choice.name.strip():
        raise ValueError("'name' is empty; give the word that tables and figures call it, or leave it out with a card")
    if choice.sentence is not None and choice.name is None:
        raise ValueError("a sentence needs a 'name' for tables and figures")


class TimeChoice(_Strict):
    """From when to when, and how finely the courses are kept."""

    start: Clock = Field(default="08:00", description="time of day at hour 0 of the protocol")
    until: Span = Field(default="96 h", description="end of follow-up, from hour 0")
    step: Span = Field(default="30 min", description="distance of the output times")

    @model_validator(mode="after")
    def _few_enough(self) -> TimeChoice:
        outputs = units.parse_span(self.until) / units.parse_span(self.step)
        if not 1 <= outputs <= 20_000:
            raise ValueError(
                f"'{self.until}' in steps of '{self.step}' is {outputs:.6g} output times; 1 to 20000 are allowed."
                " Change until or step"
            )
        return self


class WindowChoice(_Strict):
    """A concentration window whose hours are counted for each woman."""

    label: str
    low: Annotated[str, _quantity("ng/mL", positive=False)]
    high: Annotated[str, _quantity("ng/mL", positive=True)]

    @model_validator(mode="after")
    def _ordered(self) -> WindowChoice:
        if units.parse(self.low, "ng/mL") >= units.parse(self.high, "ng/mL"):
            raise ValueError(f"'low' ({self.low}) must be below 'high' ({self.high})")
        return self


class AssayChoice(_Strict):
    """On the scale of which assay plasma is counted."""

    name: str = Field(description="a card of kind 'assays' or a synonym, such as 'radioimmunoassay' or 'RIA'")
    study: str | None = Field(default=None, description="whose bias it has; the typical study's when left out")
    analytes: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="what it reads; all that it can when left out"
    )
    seed: int | None = Field(default=None, ge=0, description="draws the bias of a study that nobody knows")

    @model_validator(mode="after")
    def _one_study(self) -> AssayChoice:
        if self.study is not None and self.seed is not None:
            raise ValueError(f"'{self.study}' has its own bias; give 'study' or 'seed' to draw one, not both")
        return self


def _assay(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


class MeasureChoice(_Strict):
    """One number a woman, from any output of the model; its units are checked when the model is there."""

    output: str = Field(description="of the model, such as 'brain.allopregnanolone'; 'neurosteroid explain' lists them")
    kind: Literal["auc", "cmax", "tmax", "time_in_window", "first_passage"]
    low: str | None = Field(default=None, description="lower limit of a window, with its unit")
    high: str | None = Field(default=None, description="upper limit of a window, with its unit")
    limit: str | None = Field(default=None, description="what a first passage reaches, with its unit")
    direction: Literal["up", "down"] = Field(default="up", description="first passage: at or above, or at or below")
    since: Annotated[str, _quantity(units.TIME, positive=False)] | None = Field(
        default=None, description="beginning of what is looked at; hour 0 when left out"
    )
    until: Span | None = Field(default=None, description="its end; that of follow-up when left out")
    unit: str | None = Field(default=None, description="in which it is read; that of the output when left out")
    name: str | None = Field(
        default=None, pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="of its column; OUTPUT.KIND when left out"
    )
    label: str | None = Field(default=None, description="words for tables")

    @property
    def column(self) -> str:
        """Name of its column."""
        return self.name or f"{self.output}.{self.kind}"

    @model_validator(mode="after")
    def _limits_of_its_kind(self) -> MeasureChoice:
        wanted = {"time_in_window": ("low", "high"), "first_passage": ("limit",)}.get(self.kind, ())
        for key in ("low", "high", "limit"):
            if getattr(self, key) is not None and key not in wanted:
                raise ValueError(f"'{self.kind}' has no '{key}'; leave it out")
        if wanted and all(getattr(self, key) is None for key in wanted):
            raise ValueError(f"'{self.kind}' needs {' or '.join(repr(key) for key in wanted)}, such as '50 nmol/L'")
        if self.direction != "up" and self.kind != "first_passage":
            raise ValueError(f"'{self.kind}' has no 'direction'; leave it out")
        return self


class StudyConfig(_Strict):
    """A whole study; the fields and their defaults are what `neurosteroid run --explain` prints."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="short name, used for the run folder")
    title: str
    question: str = Field(description="what the study is to answer, in a sentence")
    seed: int = Field(default=0, ge=0, description="makes every random draw repeatable")
    workers: int = Field(default=1, ge=1, le=256, description="processes on this machine; results do not depend on it")
    population: PopulationChoice
    protocols: tuple[ProtocolChoice, ...] = Field(min_length=1, max_length=12)
    model: Annotated[ModelChoice, WrapValidator(_as_found)] = ModelChoice()
    states: Annotated[tuple[dict[str, Any], ...], AfterValidator(_states)] = Field(
        default=(), description="states of all women, such as { kind = 'postpartum', day = 10 }"
    )
    time: TimeChoice = TimeChoice()
    window: WindowChoice | None = None
    assay: Annotated[AssayChoice | None, BeforeValidator(_assay)] = Field(
        default=None, description="plasma as an assay reads it, such as 'radioimmunoassay'; true when left out"
    )
    outputs: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="outputs of the model whose bands are kept; those that a course shows when left out",
    )
    measures: tuple[MeasureChoice, ...] = Field(
        default=(), max_length=50, description="further numbers a woman, each from one output"
    )

    @property
    def women(self) -> tuple[AbstractState, ...]:
        """The states of all people."""
        return combined(read_states(self.states), sex_of(self.population.card))


def shipped_configs() -> tuple[str, ...]:
    """Return the names of the studies that come with the package."""
    return tuple(sorted(path.stem for path in LIBRARY.glob("*.toml")))


def read_config(source: str | Path) -> StudyConfig:
    """Read a study from a TOML file, or by the name of a shipped one.

    Raises:
        InputError: no such file or name, not TOML, an unknown key or a wrong value; names file and key.
    """
    path = Path(source)
    if path.suffix != ".toml" and str(source) in shipped_configs():
        path = LIBRARY / f"{source}.toml"
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors may put a byte order mark in front
    except (OSError, UnicodeDecodeError) as error:
        if path.suffix == ".toml":
            raise InputError(
                f"the study file cannot be read ({_reason(error)}). Check the path.", where=str(source)
            ) from error
        hint = unknown_name("study", str(source), shipped_configs()).message
        raise InputError(f"{hint} Or give the path of a TOML file; 'neurosteroid new NAME' writes one.") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is not TOML: {error}.", where=str(source)) from error
    return config_from_data(data, where=str(source))


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror or error).lower()


def config_from_data(data: dict[str, Any], *, where: str = "study") -> StudyConfig:
    """Check a study given as nested tables.

    Raises:
        InputError: lists every wrong key with its place, what was found and what is allowed.
    """
    try:
        return StudyConfig.model_validate(data)
    except ValidationError as error:
        found = error.errors()
        # A list whose item failed is also reported as too short; only the item's own message helps.
        inner = [item for item in found if not any(_contains(item["loc"], other["loc"]) for other in found)]
        raise InputError("; ".join(_sentence(item) for item in inner), where=where) from None


def _contains(outer: tuple[int | str, ...], inner: tuple[int | str, ...]) -> bool:
    return len(outer) < len(inner) and inner[: len(outer)] == outer


def _sentence(item: Any) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
    found = item.get("input")
    if item["type"] == "extra_forbidden":
        key = str(item["loc"][-1])
        return f"{place}: {unknown_name('key', key, _keys_beside(item['loc'])).message}"
    if item["type"] == "value_error" and item["loc"] == ("states",):
        # what is wrong with a state names its own key
        return str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "missing":
        return f"{place}: this key is missing"
    if item["type"] == "dict_type" and item["loc"][0] == "states":
        return f'{place}: a state is a table with its kind: {{ kind = "postpartum", day = 10 }} (found {found!r})'
    if item["type"] in ("tuple_type", "list_type"):
        return f"{place}: this must be a list; put it in square brackets, such as {place} = [...]"
    if item["type"] == "model_type":
        keys = ", ".join(_keys_beside((*item["loc"], "")))
        shown = f"; found {found!r}" if isinstance(found, str | int | float | bool) else ""
        return f"{place}: this must be a table with keys of {keys}{shown}"
    message = _SAID.get(item["type"], str(item["msg"])).removeprefix("Value error, ")
    if item["type"] == "too_short":
        message = "it is empty; at least 1 is needed" + ("" if place == "protocols" else ", or leave the key out")
    if item["type"] == "string_type" and (example := _EXAMPLES.get(str(item["loc"][-1]))):
        message += f", such as {example}"
    if item["type"] == "string_pattern_mismatch":
        return f"{place}: '{found}' cannot be a name; {NAMES}"
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) and repr(found) not in message else ""
    return f"{place or 'study'}: {message[:1].lower()}{message[1:]}{shown}"


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    inner: dict[str, type[BaseModel]] = {
        "population": PopulationChoice,
        "protocols": ProtocolChoice,
        "together": GivenChoice,
        "model": ModelChoice,
        "time": TimeChoice,
        "window": WindowChoice,
        "assay": AssayChoice,
        "measures": MeasureChoice,
    }
    model: type[BaseModel] = StudyConfig
    for part in location[:-1]:
        model = inner.get(str(part), model)
    return list(model.model_fields)
