"""A short run of `make chaos` with real processes and fourteen kinds of faults: every promise holds."""

import os
import subprocess
import sys

import pytest

from tests.chaos.parts import ROOT

KINDS = (
    "worker: killed",
    "pool child: killed",
    "loop: told to end",
    "beat: suspended",
    "broker: emptied",
    "broker: hangs up",
    "database: stopped at once",
    "database: all backends ended",
    "mail server: drop",
    "people: everything changed",
    "people: leave added",
    "database: clock put back an hour",
    "officers: the network's proposal changed",
    "people: own date asked for",
)
SECONDS = 150


@pytest.mark.timeout(SECONDS + 30)
def test_a_short_run_loses_doubles_and_hurries_nothing(tmp_path, record_property):
    # Folders of its own: the run stops its servers, and others use theirs.
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    size = ["--seed", "7", "--people", "60", "--occurrences", "60", "--faults", str(len(KINDS))]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.chaos.run",
            *size,
            "--kinds",
            ",".join(KINDS),
            "--stay",
            "worker,beat,loop",
        ],
        cwd=ROOT,
        env=environment | {"DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f"{len(KINDS)} of {len(KINDS)} kinds" in said
    assert "lost                        0" in said
    record_property("told", f"chaos, seed 7: {len(KINDS)} faults, nothing lost, doubled or early")
