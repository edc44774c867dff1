"""What a line of the table of GCP kinds may say (`resotolib.kinds.table` has the format).

The operation of a line is the list method's id in the discovery document, without the API's name.
"""

from __future__ import annotations

from resotolib.kinds.table import Options

_KNOWN = {
    "called": "what people call the service, _ for a blank",
    "prefix": "what names of the service's kinds start with (default: the service)",
    "base": "provider-neutral kinds, with commas",
    "noun": "what the names of properties start with (default: see builder.nouns)",
    "items": "path to the items in the answer of the list call",
    "params": "parameters of the list call, as JSON",
    "parent": "kind that this one is listed from",
    "id": "path",
    "name": "path",
    "arn": "path, or a template",
    "ctime": "path",
    "mtime": "path",
    "zone": "path",
    "like": "operation whose answer tells the members, where the list operation is -",
    "detail": "operation that completes an item, or makes it",
    "detail_params": "its parameters, as JSON",
    "hook": "hook that completes or makes the items",
    "hook_needs": "operations that the hook calls, with commas, for the policy",
    "labels": "path to the labels in an item",
    "label": "operation that sets labels",
    "label_params": "its parameters, as JSON",
    "delete": "operation that deletes",
    "delete_params": "its parameters that the link does not say, as JSON",
    "pre": "hook to run before deleting",
    "pre_needs": "operations that this hook calls, with commas, for the policy",
    "gone": "property:value,value… of what is deleted already, * for any value",
    "extent": "global, regional or zonal",
    "collected": "named: only when it is asked for by name; full: in the second catalogue",
    "drop": "members that do not become properties, with commas",
    "only": "the only members that become properties, with commas",
    "keep": "members that look like secrets and are none, with commas",
    "links": "-: no edges by the names of members",
    "title": "words for people, _ for a blank",
}

OPTIONS = Options(_KNOWN, frozenset({"params", "detail_params", "label_params", "delete_params"}))
