"""What must not leave the cloud, told from the names of members: Google's documents mark no secrets."""

from __future__ import annotations

import re

from gcp_builder.documents import Document, Schema

_SECRET = re.compile(
    r"(?i)password|passphrase|secret|authstring|privatekey|rawkey|rsaencryptedkey|clientkey|keystring|sharedkey|"
    r"^accesskey$|activationkey|tokens?$|userdata|startupscript|credentials?$|sensitivelabels|headervalue|"
    r"custom(request)?headers"
)
_SECRET_STRUCTURE = re.compile(r"(?i)authenticationkeys?$|pairingkey")
_HARMLESS = re.compile(
    r"(?i)(ids?|names?|types?|status|state|policy|required|enabled|length|version|versions|hash|uri|url|count|ttl|"
    r"time|duration|config|project|manager|format|mode|paths?|environmentvariables?)$"
)
_ENVIRONMENT = re.compile(r"(?i)^(\w*environment_?variables|env|envvariables|envvars|headers|sparkenv|properties)$")
_PAIRS = re.compile(r"^(Metadata|CommonInstanceMetadata|EnvVar|Env|GoogleCloud\w+EnvVar)$")
_MACHINES = frozenset({"compute", "container", "dataproc", "notebooks", "tpu"})
"""Services whose `metadata` are what machines are started with: scripts, keys."""


def is_secret(document: Document, name: str, schema: Schema) -> bool:
    """Whether a member holds something that must not leave the cloud."""
    whole = document.resolve(schema)
    inner = document.resolve(whole["items"]) if whole.get("type") == "array" else whole
    if _PAIRS.match(inner.get("id", "")) or _SECRET_STRUCTURE.search(name):
        return True
    is_map = "additionalProperties" in inner
    if _ENVIRONMENT.match(name) and (is_map or whole.get("type") == "array"):
        return True
    if is_map and name == "metadata" and document.service in _MACHINES:
        return True
    holds_text = is_map or inner.get("type") == "string"
    return holds_text and bool(_SECRET.search(name)) and not _HARMLESS.search(name)


def holds_secret(document: Document, schema: Schema, above: tuple[str, ...] = ()) -> bool:
    """Whether there is a secret anywhere in a structure."""
    whole = document.resolve(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(whole.get(key), dict):
            return holds_secret(document, whole[key], above)
    name = whole.get("id", "")
    if name and name in above:
        return False
    below = (*above, name)
    return any(
        is_secret(document, member, inner) or holds_secret(document, inner, below)
        for member, inner in document.members(whole).items()
    )
