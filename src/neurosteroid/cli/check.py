"""`neurosteroid check`: whether a study can be run, without running it."""

from __future__ import annotations

from typing import Annotated

import typer

from neurosteroid.cli.failures import verb
from neurosteroid.cli.output import Json, note, print_json, say, warn
from neurosteroid.cli.places import in_study


@verb
def check(
    study: Annotated[str, typer.Argument(help="A study: path of a TOML file, or the name of a shipped one.")],
    as_json: Json = False,
) -> None:
    """Check a study on one woman, writing nothing: keys, units, cards, variants and doses."""
    from neurosteroid.cli.explained import assembled
    from neurosteroid.reports import study_warnings
    from neurosteroid.reports.tables import reading_notes
    from neurosteroid.reports.who import who_of
    from neurosteroid.studies import conduct, read_arms, read_config

    config = read_config(study)
    with in_study(study):
        systems, ledger, _ = assembled(config)
        arms = read_arms(config)
        # one woman goes through it, so that nothing passes here which a run would refuse
        alone = config.population.model_copy(update={"size": 1})
        tried = conduct(config.model_copy(update={"population": alone, "workers": 1}), arms)
    found = study_warnings(tried)
    warn(found)
    note(tried.advice)
    if as_json:
        print_json(
            {
                "ok": True,
                "name": config.name,
                "women": config.population.size,
                "protocols": {arm.name: arm.sentence() for arm in arms},
                "warnings": found,
                "reading": tried.reading,
                "advice": tried.advice,
                "left_out": tried.left_out,
                "numbers": len(ledger.numbers),
                "assumed": len(ledger.assumed),
                "assumed_choices": len(ledger.choices),
            }
        )
        return
    say(f"ok: {config.name} can be run.")
    people = config.population
    say(f"  {who_of(people.card).many:<10} {people.size} from '{people.card}', seed {config.seed}")
    for arm in arms:
        say(f"  protocol   {arm.name}: {arm.sentence()}")
    say(f"  time       {config.time.until} from {config.time.start}, every {config.time.step}")
    say(f"  numbers    {len(ledger.numbers)}, of which {len(ledger.assumed)} are assumed")
    if ledger.choices:
        say(f"  choices    {len(ledger.choices)} in rules, assumed")
    for text in (*reading_notes(tried), *tried.left_out):
        say(f"  note       {text}")
    linear = all(system.linear for system in systems)
    say(f"  states     {sum(len(system.state_names) for system in systems)}, {'linear' if linear else 'not linear'}")
