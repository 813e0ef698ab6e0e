"""The Python examples of the documentation: run in order, their printed text written below them."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from docs_console import empty_folder

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/tutorial.md",
    "docs/solvers.md",
    "docs/rules.md",
    "docs/large-studies.md",
    "docs/neurons.md",
    "docs/bridge.md",
    "docs/circuit.md",
    "docs/u-shape.md",
    "docs/observations.md",
    "docs/receptors.md",
    "docs/receptor-kinetics.md",
    "docs/models/hamd17.md",
    "docs/models/pregnancy.md",
    "docs/models/medicines.md",
    "docs/models/stress-axis.md",
)
EXAMPLE = re.compile(r"(?s)```python\n(?P<code>.*?)```(?P<shown>\s*```text\n(?P<printed>.*?)```)?")


def rewritten(page: Path) -> str:
    """Return a page whose examples are followed by what they print; all of a page share one set of names.

    An example that prints nothing is left without a text; any error ends the run.
    """
    scope: dict[str, object] = {"__name__": "__main__"}
    text = page.read_text(encoding="utf-8")

    def with_output(example: re.Match[str]) -> str:
        # empty lines in front make a traceback name the line of the page
        line = text.count("\n", 0, example.start()) + 1
        code = compile("\n" * line + example["code"], str(page), "exec")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, scope)
        shown = f"\n\n```text\n{printed.getvalue()}```" if printed.getvalue() else ""
        return f"```python\n{example['code']}```{shown}"

    with empty_folder():
        return EXAMPLE.sub(with_output, text)
