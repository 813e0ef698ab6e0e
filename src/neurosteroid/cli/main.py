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
    except OSError as error:
        # help and version are printed outside the verbs
        from neurosteroid.cli.failures import describe

        print(describe(error), file=sys.stderr)
        sys.exit(2)
