"""The `neurosteroid` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C exits with 130 even while the verbs are still being imported."""
    try:
        from neurosteroid.cli.app import app

        app()
    except KeyboardInterrupt:
        print("stopped: interrupted.", file=sys.stderr)
        sys.exit(130)
