"""Places of output files are checked before anything is written."""

import os

import pytest

from neurosteroid.cli.output_files import check_places
from neurosteroid.errors import InputError
from neurosteroid.files import write_text


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"figure": "a.png"}, "--figure: 'a.png' does not end in '.svg'"),
        ({"atf": "a.abf"}, "--atf: 'a.abf' does not end in '.atf'"),
        ({"csv": "nowhere/a.csv"}, "--csv: there is no folder 'nowhere'"),
        ({"csv": "a.svg", "figure": "./a.svg"}, "--figure: './a.svg' is the place of --csv too"),
        ({"csv": "."}, "--csv: '.' is no file"),
    ],
)
def test_places_that_cannot_be_meant_are_refused(tmp_path, monkeypatch, places, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as found:
        check_places(**places)
    assert said in str(found.value)


def test_places_of_their_own_are_taken(tmp_path):
    check_places(csv=str(tmp_path / "a.csv"), figure=tmp_path / "a.SVG", atf=None)


def test_a_pipe_is_not_replaced_and_a_link_is_followed(tmp_path):
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="it is no file"):
        write_text(pipe, "text")
    assert pipe.is_fifo()
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
