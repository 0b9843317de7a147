"""Where the browser of the journeys is: `python -m lms.ops.chromium` says how to get one, or is silent."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "No Chromium was found, so the browser journeys are left out. To run them, install one"
    " (on Debian and Ubuntu: apt-get install chromium), or set CHROMIUM to its path."
)


def find() -> str | None:
    """The path of a Chromium: CHROMIUM, else the first of the usual names; None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    """Under CI a missing browser is a failure, not a shorter run."""
    return os.environ.get("CI") == "true"


def main() -> int:
    if find():
        return 0
    sys.stderr.write(f"{ADVICE}\n")
    return 1 if required() else 0


if __name__ == "__main__":
    sys.exit(main())
