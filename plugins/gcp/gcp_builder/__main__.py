"""Writes the catalogues anew: `python -m gcp_builder [--fresh]`, in plugins/gcp.

`--fresh` gives names as if there were no catalogue yet; without it, the names that are there stay.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from resoto_plugin_gcp import kinds  # noqa: E402

from gcp_builder.assemble import build  # noqa: E402  # the path is set just above
from gcp_builder.methods import methods  # noqa: E402
from gcp_builder.options import OPTIONS  # noqa: E402
from resotolib.kinds import table  # noqa: E402
from resotolib.kinds.catalogue import Catalogue  # noqa: E402
from resotolib.kinds.kind import Kind  # noqa: E402


def others() -> list[Kind]:
    """The kinds of the other plugins: one property has one type in all of them."""
    plugins = [entry for entry in entry_points(group="resoto.plugins") if entry.name != "gcp"]
    return [kind for entry in plugins for kind in getattr(entry.load(), "resoto_kinds", tuple)()]


def main(arguments: list[str]) -> int:
    """Build, check, write; print what changed and what was left out."""
    old = Catalogue.load(kinds.PATH) if kinds.PATH.exists() and "--fresh" not in arguments else Catalogue(())
    lines = table.read(kinds.TABLE, OPTIONS)
    made = build(lines, kinds.own_kinds(), old, others())
    new = Catalogue(made.kinds)
    new.check(kinds.known_kinds())
    new.save(kinds.PATH)
    for name, members in made.secrets.items():
        print(f"left out as secret: {name}: {', '.join(members)}")
    for kind in new:
        if old.get(kind.name) != kind:
            print(f"{'changed' if kind.name in old else 'new'}: {kind.name}, {len(kind.properties)} properties")
    kinds.save_methods(methods([*kinds.own_kinds(), *new]))
    print(f"{len(new)} kinds, {kinds.PATH.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
