"""`python -m lms.ops.contracts`: who may import whom, as pyproject.toml says.

The tool's own script names the path of the environment it was installed in, and a checkout may be moved.
"""

from importlinter.cli import lint_imports_command

if __name__ == "__main__":
    lint_imports_command()
