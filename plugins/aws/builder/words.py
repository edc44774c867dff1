"""Words out of the names and texts of the models."""

from __future__ import annotations

import html
import re

from botocore import xform_name

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_VERB = re.compile(r"^(List|Describe|Get)")


def snake(name: str) -> str:
    """`DBInstanceClass` as `db_instance_class`."""
    return re.sub(r"\W+", "_", xform_name(name)).strip("_").lower()


def plain(name: str) -> str:
    """Letters and digits only, in lower case: what names are compared by."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def singular(word: str) -> str:
    """`Policies` as `Policy`."""
    for many, one in (("iases", "ias"), ("alyses", "alysis"), ("dices", "dex")):
        if word.endswith(many):
            return word.removesuffix(many) + one
        if word.endswith(one):
            return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(sses|xes|ches|shes)$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word


def noun_of(operation: str) -> str:
    """What an operation lists: `DescribeDBInstances` lists `DBInstance`."""
    return singular(_VERB.sub("", operation))


def endings(noun: str) -> list[str]:
    """The noun and what is left without its first words: `CacheCluster`, `Cluster`."""
    words = _WORD.findall(noun)
    return ["".join(words[start:]) for start in range(len(words))]


def first_sentence(documentation: str | None) -> str:
    """The first sentence of a documentation, without markup."""
    text = re.sub(r"<(/?)(p|li|ul|ol|note|important|div)\b[^>]*>", "\n", documentation or "")
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    line = next((" ".join(part.split()) for part in text.split("\n") if part.strip()), "")
    found = re.match(r"(.+?(?<!e\.g)(?<!i\.e)(?<! etc)[.!?])(\s|$)", line)
    return found[1] if found else line
