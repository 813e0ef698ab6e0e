"""Files are whole or not there, after a power cut too."""

import os
import stat
import sys

import pytest

from neurosteroid.errors import InputError
from neurosteroid.files import writing


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be opened there")
def test_content_is_on_the_disk_before_it_is_moved_and_the_name_before_it_returns(tmp_path, monkeypatch):
    path, seen, genuine = tmp_path / "table", [], os.fsync

    def spy(descriptor):
        seen.append(("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file", path.exists()))
        genuine(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    with writing(path) as temporary:
        temporary.write_text("rows")
        assert seen == []
    assert seen == [("file", False), ("folder", True)]
    assert path.read_text() == "rows"


def test_a_disk_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "table"
    path.write_text("old")

    def fail(descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match="cannot be written \\(Input/output error\\)"), writing(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["table"]
