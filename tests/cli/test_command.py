import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from neurosteroid.cli.main import main; main()"]


def run(*arguments, folder, **environment):
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_the_installed_command_answers():
    command = Path(sys.executable).with_name("neurosteroid")
    if not command.exists():
        pytest.skip("The package is not installed with its command in this environment.")
    told = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("neurosteroid ")


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['neurosteroid', '--help']\nfrom neurosteroid.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\nprint(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = ("numpy", "scipy", "pandas", "matplotlib", "sympy", "pydantic", "pint", "jinja2", "rich.table", "xarray")
    assert [name for name in heavy if f"'{name}'" in done.stderr] == []


def test_json_stands_alone_on_standard_output(tmp_path):
    done = run("list", "--json", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    assert len(json.loads(done.stdout)) > 10


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1", "FORCE_COLOR": ""}])
def test_no_colour_when_piped(tmp_path, environment):
    assert "\x1b[" not in run("list", folder=tmp_path, **environment).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--version"], 0), (["bogus"], 2), (["run"], 2), (["run", "bogus"], 2), (["run", "bogus", "--wrong"], 2)],
)
def test_exit_codes(tmp_path, arguments, code):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert (done.stderr == "") == (code == 0)


def test_a_closed_pipe_is_no_fault(tmp_path):
    line = ["bash", "-c", '"$@" | head -1', "-", *COMMAND, "cite"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "Traceback" not in done.stderr
    assert "fault" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no device that is always full.")
@pytest.mark.parametrize("verb", ["list", "--version", "--help"])
def test_a_full_disk_is_said_in_a_sentence(tmp_path, verb):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, verb], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the output could not be written: No space left on device.")
    assert "Traceback" not in done.stderr


def test_ctrl_c_in_the_middle_leaves_no_run(tmp_path):
    arguments = ["run", "brexanolone-postpartum", "--size", "400000", "--folder", "runs/big"]
    process = subprocess.Popen([*COMMAND, *arguments], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    patience = time.monotonic() + 60
    while not list(tmp_path.glob("runs/.big.*")):
        assert time.monotonic() < patience
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    # nothing that looks like a run; what was finished by then waits for the same command
    assert {path.name for path in (tmp_path / "runs").iterdir()} <= {".big.part"}


def test_a_folder_of_own_cards_is_used_and_its_mistakes_are_named(tmp_path):
    cards = tmp_path / "cards" / "protocols"
    cards.mkdir(parents=True)
    step = '[[steps]]\nstart = {zero}\nuntil = {{ value = 4, unit = "h", assumed = "x" }}\nrate = {rate}\n'
    head = 'title = "Ours"\ncompound = "allopregnanolone"\nroute = "intravenous"\ndescription = "Short."\n'
    zero, rate = '{ value = 0, unit = "h", assumed = "x" }', '{ value = 30, unit = "ug/kg/h", assumed = "x" }'
    (cards / "ours.toml").write_text(head + step.format(zero=zero, rate=rate))
    shown = run("--library", "cards", "show", "ours", "--json", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    (cards / "ours.toml").write_text(head + step.format(zero=zero, rate='{ value = 30, unit = "ug/kg/h" }'))
    refused = run("--library", "cards", "show", "ours", folder=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: cards/protocols/ours.toml: steps[0].rate: A number needs a 'source'")
    missing = run("--library", "nowhere", "list", folder=tmp_path)
    assert missing.returncode == 2
    assert "There is no such folder" in missing.stderr


def test_two_workers_stop_without_a_word_of_theirs(tmp_path):
    """Ctrl-C reaches the whole process group, as from a terminal, while workers are busy."""
    process = subprocess.Popen(
        [*COMMAND, "run", "brexanolone-postpartum", "--size", "400000", "--workers", "2", "--folder", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(3.0)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in told
    # what was finished by then is kept, so that the same command goes on from it
    assert {path.name for path in tmp_path.iterdir()} <= {".out.part"}


@pytest.mark.parametrize(
    ("protocols", "told"),
    [
        ('[[protocols]]\nname = "mouth"\nsentence = "30 mg orally"\n', "oral"),
        ('[[protocols]]\ncard = "no-drug"\n[[protocols]]\ncard = "no-drug"\n', "two protocols are called 'no-drug'"),
    ],
)
def test_check_refuses_what_a_run_would_refuse(tmp_path, protocols, told):
    head = 'name = "a"\ntitle = "A"\nquestion = "?"\n[population]\ncard = "postpartum"\nsize = 9\n'
    (tmp_path / "a.toml").write_text(head + protocols)
    done = run("check", "a.toml", folder=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
