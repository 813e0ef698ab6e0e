"""The page of event semantics names tests that exist, and leaves no case out."""

import ast
import re
from pathlib import Path

from tests.engine.event_cases import CASES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def test_every_named_test_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)", PAGE)
    assert len(named) > 40
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in defined, f"{path}::{name}"


def test_every_case_has_a_row_and_every_row_names_cases():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    last_columns = [row.rstrip("| ").rsplit("| ", 1)[-1] for row in rows]
    named = set(re.findall(r"`([a-z0-9-]+)`", " ".join(last_columns)))
    assert named == set(CASES)
    for row, column in zip(rows, last_columns, strict=True):
        assert "`" in column or column.strip() == "Test", row
