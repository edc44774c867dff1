"""Writes the catalogues anew: `python -m gcp_builder [--fresh]`, in plugins/gcp.

`--fresh` gives names as if there were no catalogue yet; without it, the names that are there stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from resoto_plugin_gcp import kinds  # noqa: E402

from gcp_builder import everything  # noqa: E402  # the path is set just above
from gcp_builder.assemble import build  # noqa: E402
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
    fresh, foreign, known = "--fresh" in arguments, others(), kinds.known_kinds()
    lines = table.read(kinds.TABLE, OPTIONS)
    made = build(lines, known, _old(kinds.PATH, fresh=fresh), foreign)
    rest = everything.find(lines, [*known, *made.kinds])
    more = build(rest.lines, [*known, *made.kinds], _old(kinds.FULL, fresh=fresh), foreign)
    for name, members in {**made.secrets, **more.secrets}.items():
        print(f"left out as secret: {name}: {', '.join(members)}")
    for method, reason in rest.left_out.items():
        print(f"makes no kind: {method}: {reason}")
    _write(made.kinds, kinds.PATH, known)
    _write(more.kinds, kinds.FULL, [*known, *made.kinds])
    kinds.save_methods(methods([*kinds.own_kinds(), *made.kinds, *more.kinds]))
    return 0


def _old(path: Path, *, fresh: bool) -> Iterable[Kind]:
    return () if fresh or not path.exists() else Catalogue.load(path)


def _write(made: Iterable[Kind], path: Path, known: Iterable[Kind]) -> None:
    new, old = Catalogue(made), {kind.name: kind for kind in _old(path, fresh=False)}
    new.check(known)
    for kind in new:
        if old.get(kind.name) != kind:
            print(f"{'changed' if kind.name in old else 'new'}: {kind.name}, {len(kind.properties)} properties")
    new.save(path)
    print(f"{path.name}: {len(new)} kinds, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
