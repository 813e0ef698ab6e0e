"""Where things are kept on this machine between runs, to save time only: whatever is there can be deleted."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the cache folder: ``NEUROSTEROID_CACHE``, or the user's cache folder of this system."""
    chosen = os.environ.get("NEUROSTEROID_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("neurosteroid", appauthor=False)
