"""Dask: the same tables as serial, and lost workers are made up for."""

import os
import re
import signal

import pytest

from neurosteroid.errors import InputError
from neurosteroid.studies import conduct, config_from_data, pacing, parts, read_protocols, run
from neurosteroid.studies.cluster import checked
from neurosteroid.studies.conduct import task_of

distributed = pytest.importorskip("distributed")

TABLES = ("people.parquet", "individuals.parquet", "summary.parquet", "summary.csv", "contrasts.csv", "courses.nc")
STUDY = {
    "name": "small",
    "title": "Small",
    "question": "Does it travel?",
    "population": {"card": "postpartum", "size": 3000},
    "protocols": [{"name": "short", "sentence": "60 ug/kg/h for 12 h"}, {"card": "no-drug"}],
    "time": {"until": "24 h", "step": "6 h"},
}


def contents(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    return contents(run(config_from_data(STUDY), tmp_path_factory.mktemp("serial") / "out").folder)


@pytest.fixture(scope="module")
def cluster():
    """Return two worker processes; a lost one is started anew by its nanny."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as found:
        yield found


def test_two_workers_give_the_tables_of_one_process_to_the_byte(serial, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    done = run(config_from_data(STUDY), tmp_path / "out", cluster=cluster.scheduler_address)
    assert contents(done.folder) == serial


def test_a_killed_worker_loses_nothing_and_repeats_nothing_that_is_finished(serial, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    killed, seen = [], []

    def kill(done, total):
        seen.append(done)
        if len(seen) == 3:
            victim = next(iter(cluster.workers.values())).pid
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    done = run(config_from_data(STUDY), tmp_path / "out", kill, cluster=cluster.scheduler_address)
    assert killed
    # every batch is counted once
    assert seen == [250 * number for number in range(1, 13)]
    assert contents(done.folder) == serial


@pytest.mark.slow
def test_a_run_on_a_cluster_that_is_interrupted_goes_on_without_it(serial, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(pacing, "TARGET", 0.0)

    def interrupt(done, total):
        if done >= 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(config_from_data(STUDY), tmp_path / "out", interrupt, cluster=cluster.scheduler_address)
    finished = {int(path.name[:6]) for path in (tmp_path / ".out.part" / "parts").glob("*.parquet")}
    assert len(finished) == 4
    followed, genuine = [], parts._follow_batch

    def spy(task, assembly, measures, batch, tally):
        followed.append(batch)
        return genuine(task, assembly, measures, batch, tally)

    monkeypatch.setattr(parts, "_follow_batch", spy)
    done = run(config_from_data(STUDY), tmp_path / "out")
    assert followed == sorted(set(range(12)) - finished)
    assert contents(done.folder) == serial


@pytest.mark.slow
def test_two_processes_of_this_machine_are_a_cluster(serial, tmp_path):
    done = run(config_from_data(STUDY), tmp_path / "out", cluster="local:2")
    assert contents(done.folder) == serial


def test_a_worker_with_other_cards_is_refused(cluster):
    config = config_from_data(STUDY)
    with pytest.raises(InputError, match="other cards or another version"):
        checked(task_of(config, read_protocols(config)), "another fingerprint", 0, 1)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("local:two", "give local:N with 1 to 256"),
        ("local:0", "give local:N with 1 to 256"),
        ("nonsense://here", "no Dask scheduler can be reached"),
    ],
)
def test_a_cluster_that_is_not_there_is_refused_in_words(address, said):
    with pytest.raises(InputError, match=re.escape(said)):
        conduct(config_from_data(STUDY), cluster=address)
