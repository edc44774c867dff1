"""What kinds are called, and what the members of AWS's structures may be called as properties."""

from __future__ import annotations

from builder.words import endings, snake


def candidates(service: str, noun: str, vendor_noun: str, member: str) -> list[str]:
    """What a member may be called: `<noun>_<member>` without doubling the noun, with the service if that is taken."""
    full = snake(member)
    rest = full
    for ending in endings(vendor_noun):
        if full.startswith(f"{snake(ending)}_"):
            rest = full.removeprefix(f"{snake(ending)}_")
            break
    short = full if rest == full and full.startswith(f"{noun}_") else f"{noun}_{rest}"
    long = full if full.startswith(f"{noun}_") else f"{noun}_{full}"
    prefix = snake(service.replace("-", "_"))
    return list(dict.fromkeys([short, long, f"{prefix}_{short}", f"{prefix}_{long}"]))


def kind_name(service: str, vendor_noun: str) -> str:
    """`aws_<service>_<noun>`, without doubling the service."""
    prefix, noun = service.replace("-", "_"), snake(vendor_noun)
    return f"aws_{prefix}_{noun.removeprefix(f'{prefix}_')}"
