"""Writes the catalogues anew: `python -m builder [--fresh]`, in plugins/aws.

`--fresh` gives names as if there were no catalogue yet; without it, the names that are there stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[2])]

from resoto_plugin_aws import kinds  # noqa: E402

from builder.catalogues import make  # noqa: E402  # the path is set just above
from resotolib.kinds.catalogue import Catalogue  # noqa: E402
from resotolib.kinds.kind import Kind  # noqa: E402


def main(arguments: list[str]) -> int:
    """Build, check, write; print what changed and what was left out."""
    old, older = _read(kinds.PATH), _read(kinds.FULL)
    made = make() if "--fresh" in arguments else make(old, older)
    for name, members in made.secrets.items():
        print(f"left out as secret: {name}: {', '.join(members)}")
    for what, reason in made.left_out.items():
        print(f"makes no kind: {what}: {reason}")
    _write(made.default, kinds.PATH, old, kinds.known_kinds())
    _write(made.full, kinds.FULL, older, [*kinds.known_kinds(), *made.default])
    kinds.NAMES.write_text("".join(f"{kind.name}\n" for kind in made.full), encoding="utf-8")
    return 0


def _read(path: Path) -> Catalogue:
    return Catalogue.load(path) if path.exists() else Catalogue(())


def _write(made: Iterable[Kind], path: Path, old: Catalogue, known: Iterable[Kind]) -> None:
    new = Catalogue(made)
    new.check(known)
    for kind in new:
        if old.get(kind.name) != kind:
            print(f"{'changed' if kind.name in old else 'new'}: {kind.name}, {len(kind.properties)} properties")
    new.save(path)
    print(f"{path.name}: {len(new)} kinds, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
