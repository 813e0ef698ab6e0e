"""Going on after an interruption: nothing is lost, nothing is done twice, and the tables do not show it."""

import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys

import pytest

from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.files import held
from neurosteroid.studies import config_from_data, pacing, parts, read_protocols, run, workplace
from neurosteroid.studies.conduct import task_of
from neurosteroid.studies.parts import empty_tally, follow
from neurosteroid.studies.storage import MERGED, FolderStorage
from neurosteroid.studies.task import assembly_for

TABLES = ("people.parquet", "individuals.parquet", "summary.parquet", "summary.csv", "contrasts.csv", "courses.nc")


def study(size, **changes):
    data = {
        "name": "small",
        "title": "Small",
        "question": "Does it go on?",
        "population": {"card": "postpartum", "size": size},
        "protocols": [{"name": "short", "sentence": "60 ug/kg/h for 12 h"}, {"card": "no-drug"}],
        "time": {"until": "24 h", "step": "6 h"},
    }
    return config_from_data(data | changes)


@pytest.fixture
def single_batches(monkeypatch):
    """Make every part one batch, so that there are many."""
    monkeypatch.setattr(pacing, "TARGET", 0.0)


@pytest.fixture
def followed(monkeypatch):
    """Return the list of the batches that are solved from now on."""
    seen, genuine = [], parts._follow_batch

    def spy(task, assembly, measures, batch, tally):
        seen.append(batch)
        return genuine(task, assembly, measures, batch, tally)

    monkeypatch.setattr(parts, "_follow_batch", spy)
    return seen


def killed_after(women, config, folder, workers=1):
    """Run a study in a process that is ended by SIGKILL as soon as so many women are done."""
    code = f"""
import json, os, signal, sys
from pathlib import Path
from neurosteroid.studies import config_from_data, pacing, run

def kill(done, total):
    if done >= {women}:
        os.kill(os.getpid(), signal.SIGKILL)

pacing.TARGET = 0.0
if __name__ == "__main__":
    run(config_from_data(json.load(sys.stdin)), Path({str(folder)!r}), kill)
"""
    script = folder.with_name("killed.py")
    script.write_text(code)
    text = config.model_copy(update={"workers": workers}).model_dump_json(exclude_none=True)
    ended = subprocess.run([sys.executable, script], input=text, text=True, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def contents(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.mark.parametrize(
    ("size", "until"),
    [
        (600, 250),  # exact quantiles
        pytest.param(2600, 500, marks=pytest.mark.slow),  # quantiles from bins
        (2600, 2250),  # after tallies were gathered into one file
    ],
)
def test_a_run_ended_by_sigkill_goes_on_to_the_same_bytes(size, until, tmp_path, followed, single_batches):
    config = study(size)
    killed_after(until, config, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    progress = []
    done = run(config, tmp_path / "out", lambda *women: progress.append(women))
    assert followed == list(range(until // 250, -(-size // 250)))
    assert progress[0] == (until, size)
    assert progress[-1] == (size, size)
    whole = run(config, tmp_path / "whole")
    assert contents(done.folder) == contents(whole.folder)
    assert {path.name for path in done.folder.iterdir()} == {path.name for path in whole.folder.iterdir()}
    assert {path.name for path in tmp_path.iterdir()} == {"out", "whole", "killed.py"}


def test_parts_of_any_size_give_the_same_bytes(tmp_path, monkeypatch):
    config = study(2600)
    folders = []
    for most in (1, 3, 80):
        monkeypatch.setattr(pacing, "MOST", most)
        folders.append(run(config, tmp_path / str(most)).folder)
    assert contents(folders[0]) == contents(folders[1]) == contents(folders[2])


def interrupted(config, folder):
    """Run a study that is interrupted, as by Ctrl-C, when its first batch is done."""

    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(config, folder, interrupt)


def test_another_study_does_not_go_on_from_it(tmp_path, followed, single_batches):
    interrupted(study(600), tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == [".out.part"]
    for other in (study(600, seed=2), study(601), study(600, title="Other")):
        with pytest.raises(InputError, match=r"unfinished run of another study.*--folder, or delete .*\.out\.part"):
            run(other, tmp_path / "out")
    done = run(study(600), tmp_path / "out")
    assert followed == [0, 1, 2]
    assert not (done.folder / "parts").exists()


def test_the_number_of_workers_is_not_part_of_the_study(tmp_path, single_batches):
    interrupted(study(400), tmp_path / "out")
    assert run(study(400, workers=2), tmp_path / "out").study.failures == ()


def test_a_run_that_somebody_else_is_writing_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").mkdir()
    with held(tmp_path / "runs" / ".small.lock") as mine:
        assert mine
        with held(tmp_path / "runs" / ".small.lock") as again:
            assert not again
        with pytest.raises(InputError, match="another process is writing this run"):
            run(study(3), tmp_path / "runs" / "small")
        assert str(run(study(3)).folder) == "runs/small-2"
    assert str(run(study(3)).folder) == "runs/small"
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["small", "small-2"]


def test_files_left_by_a_process_that_was_ended_anywhere_are_told_from_finished_parts(tmp_path):
    config = study(2600)
    task = task_of(config, read_protocols(config))
    assembly = assembly_for(task.model, library())
    storage = FolderStorage(tmp_path, empty_tally(task, assembly))
    for batch in range(9):
        storage.add(follow(task, batch, 1))
    assert (tmp_path / MERGED).exists()
    loose = tmp_path / "000008-000008.npz"
    # as if it had ended after gathering but before removing, before the rows of a part, and amid writing
    (tmp_path / "000003-000003.npz").write_bytes(loose.read_bytes())
    (tmp_path / "000009-000009.npz").write_bytes(b"never read")
    (tmp_path / ".000010-000010.npz.1.part").write_bytes(b"half")
    again = FolderStorage(tmp_path, empty_tally(task, assembly))
    assert again.finished == frozenset(range(9))
    assert (again.tally.metric_moments() == storage.tally.metric_moments()).all()
    assert [path.suffix for path in sorted(tmp_path.iterdir())].count(".npz") == 2


def empty(path):
    path.write_bytes(b"")


def halved(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zeros_amid(path):
    """As a disk may leave it after a power cut: as long as it was, and a page never written."""
    content = bytearray(path.read_bytes())
    content[100:400] = bytes(300)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [empty, halved, zeros_amid])
@pytest.mark.parametrize("kind", ["parquet", "npz"])
def test_a_damaged_part_is_done_again(tmp_path, followed, single_batches, damage, kind):
    def interrupt(done, total):
        if done >= 500:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(study(600), tmp_path / "out", interrupt)
    damage(tmp_path / ".out.part" / "parts" / f"000001-000001.{kind}")
    followed.clear()
    done = run(study(600), tmp_path / "out")
    assert followed == [1, 2]
    assert contents(done.folder) == contents(run(study(600), tmp_path / "whole").folder)


@pytest.mark.parametrize("file", ["000003-000003.parquet", MERGED])
def test_damage_to_what_was_gathered_is_refused_in_words(tmp_path, file):
    config = study(2600)
    task = task_of(config, read_protocols(config))
    nobody = empty_tally(task, assembly_for(task.model, library()))
    storage = FolderStorage(tmp_path, nobody)
    for batch in range(8):
        storage.add(follow(task, batch, 1))
    for damage in (halved, empty, pathlib.Path.unlink if file != MERGED else empty):
        damage(tmp_path / file)
        with pytest.raises(InputError, match=r"cannot be read \(.+\)\. Delete the folder"):
            FolderStorage(tmp_path, empty_tally(task, assembly_for(task.model, library())))


@pytest.mark.parametrize("step", ["rename", "rmtree"])
def test_a_process_ended_while_it_clears_up_does_the_last_part_again(tmp_path, single_batches, monkeypatch, step):
    class Ended(BaseException):
        """Stands for SIGKILL: nothing is put in order."""

    genuine, seen = pathlib.Path.rename, []

    def rename(self, target):
        seen.append(self.name)
        if step == "rename" and len(seen) == 2:
            raise Ended
        return genuine(self, target)

    def rmtree(path, **named):
        if path.name == ".out.spent" and path.exists():
            raise Ended

    monkeypatch.setattr(pathlib.Path, "rename", rename)
    if step == "rmtree":
        monkeypatch.setattr(workplace.shutil, "rmtree", rmtree)
    with pytest.raises(Ended):
        run(study(600), tmp_path / "out")
    monkeypatch.undo()
    whole = run(study(600), tmp_path / "whole")
    if step == "rename":
        assert not (tmp_path / "out").exists()
        again, follow_batch = [], parts._follow_batch
        with monkeypatch.context() as patched:
            patched.setattr(parts, "_follow_batch", lambda *given: (again.append(given[3]), follow_batch(*given))[1])
            run(study(600), tmp_path / "out")
        # the tally of the part that completed the study was not written
        assert again == [2]
        assert {path.name for path in tmp_path.iterdir()} == {"out", "whole"}
    assert contents(tmp_path / "out") == contents(whole.folder)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in whole.folder.iterdir()}


def test_what_a_process_left_that_ended_after_its_run_took_its_place_is_cleared_by_the_next(tmp_path, monkeypatch):
    class Ended(BaseException):
        """Stands for SIGKILL: nothing is put in order."""

    def end(path):
        raise Ended

    def filled(target):
        with workplace.workplace(target, "small", "mark") as (place, _):
            (place / workplace.PARTS).mkdir()
            (place / "table").touch()

    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(workplace, "to_disk", end)
        with pytest.raises(Ended):
            filled(out)
    assert (tmp_path / ".out.spent").exists()
    assert {path.name for path in out.iterdir()} == {"table", workplace.MARK}
    with pytest.raises(InputError, match="exists already"):
        filled(out)
    assert {path.name for path in tmp_path.iterdir()} - {".out.lock"} == {"out"}
    assert {path.name for path in out.iterdir()} == {"table"}


def test_a_file_of_somebody_elses_stays_in_a_folder_that_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / workplace.MARK).write_text("mine")
    with pytest.raises(InputError, match="exists already"), workplace.workplace(tmp_path / "out", "small", "mark"):
        pass
    assert (tmp_path / "out" / workplace.MARK).read_text() == "mine"


@pytest.mark.slow
def test_a_worker_process_that_is_killed_is_made_up_for(tmp_path, single_batches):
    seen = []

    def kill(done, total):
        seen.append(done)
        if len(seen) == 2:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    done = run(study(3000, workers=2), tmp_path / "out", kill)
    assert seen == [250 * number for number in range(1, 13)]
    assert contents(done.folder) == contents(run(study(3000, workers=2), tmp_path / "whole").folder)
