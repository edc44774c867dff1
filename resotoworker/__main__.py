"""The program's beginning: refuses an installation that an old package has written over, before it is imported."""

from __future__ import annotations

import sys
from importlib import metadata

OLD_LIBRARY = "resotolib"


def main() -> int:
    """Run the worker; the exit code, which is 2 where the library of Resoto 2 or 3 is installed too.

    That library has the name of our package: installing it overwrites our files, uninstalling it deletes them.
    """
    old = {found.version for found in metadata.distributions(name=OLD_LIBRARY)}
    if not old:
        from resotoworker.cli import main as run  # noqa: PLC0415  # it would fail on an overwritten file

        return run()
    print(  # noqa: T201  # for the user who typed the command
        f"resotoworker: {OLD_LIBRARY} {min(old)}, of an older Resoto, is installed and overwrites files of ours."
        f" Run: pip uninstall {OLD_LIBRARY}, then: pip install --force-reinstall --no-deps 'resotoworker>=5'",
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
