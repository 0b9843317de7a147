"""Make or mend .venv from a hash-locked requirements file: `python3 lms/ops/install.py run|dev`.

Runs on the standard library, before anything is installed. Does nothing while the lock is the one that was
installed last, and speaks in sentences where a machine lacks something.
"""

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
# Which locks are installed, by digest; dev holds all of run, so that it counts for both.
STAMP = os.path.join(VENV, "installed.json")
PARTS = {"run": ["run"], "dev": ["run", "dev"]}


def main(wanted):
    """Install the lock of that name, `run` or `dev`; returns the exit status."""
    if sys.version_info < (3, 11):
        return say("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".", 1)
    if installed().get(wanted) == digest(wanted) and works():
        return 0
    say("Setting up .venv; the first time takes about half a minute.")
    if not works() and not make_venv():
        return 1
    forget()
    if not install(wanted):
        return say("The packages could not be installed; pip's own words are above.", 1)
    remember({part: digest(part) for part in PARTS[wanted]})
    return 0


def say(sentence, status=0):
    sys.stderr.write(sentence + "\n")
    return status


def lock(name):
    return os.path.join(ROOT, "requirements", name + ".txt")


def digest(name):
    with open(lock(name), "rb") as handle:
        return hashlib.sha256(handle.read()).hexdigest()


def installed():
    try:
        with open(STAMP) as handle:
            return json.load(handle)
    except (OSError, ValueError):
        return {}


def remember(parts):
    with open(STAMP, "w") as handle:
        json.dump(parts, handle)


def forget():
    if os.path.exists(STAMP):
        os.unlink(STAMP)


def works():
    """Whether the environment's Python still runs: an upgraded system may have taken it away."""
    try:
        check = [PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        return subprocess.call(check, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_venv():
    """Without pip: some systems ship venv without the part that would put it in."""
    if subprocess.call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]) == 0:
        return True
    say("Python's venv module is missing: install it (on Debian and Ubuntu, the package python3-venv).")
    return False


def pip():
    """The pip that is there, installing from outside; else the one that Python carries along."""
    outside = [sys.executable, "-m", "pip"]
    if subprocess.call([*outside, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return [*outside, "--python", PYTHON]
    subprocess.call([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [PYTHON, "-m", "pip"]


def install(name):
    command = [*pip(), "install", "--require-hashes"]
    command += ["--disable-pip-version-check", "--no-input", "-r", lock(name)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, universal_newlines=True) as process:
        show_progress(process.stdout, count(name))
    return process.returncode == 0


def count(name):
    with open(lock(name)) as handle:
        return sum(1 for line in handle if line[:1].isalnum())


def show_progress(lines, total):
    done = 0
    for line in lines:
        if line.startswith("Collecting "):
            done += 1
            if sys.stderr.isatty():
                sys.stderr.write("\r  {} of {} packages".format(done, total))
        elif line.startswith("Installing collected"):
            sys.stderr.write("\r  {} packages found, putting them in place\n".format(total))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
