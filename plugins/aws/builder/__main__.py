"""Writes the catalogue anew: `python -m builder [--fresh]`, in plugins/aws.

`--fresh` gives names as if there were no catalogue yet; without it, the names that are there stay.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from resoto_plugin_aws import kinds  # noqa: E402

from builder.assemble import build  # noqa: E402  # the path is set just above
from resotolib.kinds.catalogue import Catalogue  # noqa: E402
from resotolib.kinds.names import of_others  # noqa: E402


def main(arguments: list[str]) -> int:
    """Build, check, write; print what changed and what was left out."""
    old = Catalogue.load(kinds.PATH) if kinds.PATH.exists() and "--fresh" not in arguments else Catalogue(())
    made = build(kinds.TABLE, kinds.own_kinds(), old, of_others("aws"))
    new = Catalogue(made.kinds)
    new.check([*kinds.known_kinds()])
    new.save(kinds.PATH)
    for name, members in made.secrets.items():
        print(f"left out as secret: {name}: {', '.join(members)}")
    for kind in new:
        if old.get(kind.name) != kind:
            print(f"{'changed' if kind.name in old else 'new'}: {kind.name}, {len(kind.properties)} properties")
    print(f"{len(new)} kinds, {kinds.PATH.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
