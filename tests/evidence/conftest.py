from __future__ import annotations

from pathlib import Path

import pytest
from example_card import VALID, WriteCard


@pytest.fixture
def write_card(tmp_path: Path) -> WriteCard:
    """Write a card into a temporary library folder and return its file."""

    def write(text: str = VALID, kind: str = "receptors", name: str = "example") -> Path:
        path = tmp_path / kind / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
