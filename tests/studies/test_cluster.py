"""Dask: the same tables as serial, and lost workers and runs are made up for."""

import json
import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from neurosteroid.engine.solvers.processors import at_most, usable_processors
from neurosteroid.errors import InputError
from neurosteroid.studies import conduct, config_from_data, pacing, parts, read_protocols, run, workers
from neurosteroid.studies.cluster import AHEAD, checked, follow_on_cluster
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


KILLED = """
import json, os, signal, sys
from pathlib import Path
from neurosteroid.studies import config_from_data, pacing, run

def kill(done, total):
    if done >= 1000:
        os.kill(os.getpid(), signal.SIGKILL)

pacing.TARGET = 0.0
if __name__ == "__main__":
    folder, cluster = sys.argv[1:]
    run(config_from_data(json.load(sys.stdin)), Path(folder), kill, cluster=cluster)
"""


@pytest.fixture
def handed_out(monkeypatch):
    """Return the list of the parts that are handed out from now on: (first batch, batches)."""
    seen, genuine = [], pacing.Pacing.next

    def spy(self):
        found = genuine(self)
        if found is not None:
            seen.append(found)
        return found

    monkeypatch.setattr(pacing.Pacing, "next", spy)
    return seen


@pytest.mark.parametrize("own", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_run_on_a_cluster_ended_by_sigkill_goes_on_on_the_cluster(
    serial, cluster, tmp_path, monkeypatch, handed_out, own
):
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    address = "local:2" if own else cluster.scheduler_address
    ended = subprocess.run(
        [sys.executable, script, tmp_path / "out", address],
        input=json.dumps(STUDY),
        text=True,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not (tmp_path / "out").exists()
    finished = {int(path.name[:6]) for path in (tmp_path / ".out.part" / "parts").glob("*.parquet")}
    assert len(finished) == 4
    seen = []
    done = run(config_from_data(STUDY), tmp_path / "out", lambda *women: seen.append(women), cluster=address)
    # what was finished is not handed out again, and what was not is handed out once
    assert sorted(handed_out) == [(batch, 1) for batch in sorted(set(range(12)) - finished)]
    assert seen == [(250 * number, 3000) for number in range(4, 13)]
    assert contents(done.folder) == serial


def test_a_cluster_that_begins_without_workers_is_used_by_all_that_come(monkeypatch, handed_out):
    monkeypatch.setattr(pacing, "TARGET", 0.0)
    config = config_from_data(STUDY)
    task = task_of(config, read_protocols(config))
    with distributed.LocalCluster(n_workers=0, threads_per_worker=2, processes=False, dashboard_address=None) as empty:
        parts_done, in_flight = follow_on_cluster(task, (), empty.scheduler_address), []
        threading.Timer(0.5, empty.scale, [2]).start()
        for done, _ in enumerate(parts_done, 1):
            in_flight.append(len(handed_out) - done)
    # two for a worker that may come, until there are two of two threads
    assert max(in_flight) == AHEAD * 4
    assert sorted(handed_out) == [(batch, 1) for batch in range(12)]


def test_a_part_takes_no_more_processors_than_its_worker_lends_it(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    config = config_from_data(STUDY)
    task = task_of(config, read_protocols(config))
    seen = []
    monkeypatch.setattr(workers, "follow", lambda *_: seen.append(usable_processors()))
    checked(task, task.fingerprint(), 0, 1)
    # of two processes on this machine each has half of it
    workers.timed(task, 0, 1, usable_processors() // 2)
    assert seen == [1, 4]
    assert usable_processors() == 8
    with at_most(3), at_most(16):
        assert usable_processors() == 3
    with at_most(0):
        assert usable_processors() == 1


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
        ("local", "give local:N with 1 to 256"),
        ("nonsense://here", "this is no address of a Dask scheduler"),
    ],
)
def test_a_cluster_that_is_not_there_is_refused_in_words(address, said):
    with pytest.raises(InputError, match=re.escape(said)):
        conduct(config_from_data(STUDY), cluster=address)
