"""What a line of the table of AWS kinds may say (`resotolib.kinds.table` has the format).

In `delete_params`, `$member.X` is the property that is read from the member X.
"""

from __future__ import annotations

from resotolib.kinds.table import Options

_KNOWN = {
    "base": "provider-neutral kinds, with commas",
    "noun": "what the names of properties start with (default: the kind's name without cloud and service)",
    "like": "operation whose items the hook makes, where the list operation is -",
    "vendor": "what the vendor calls it, as in the names of its operations (default: from the list operation)",
    "items": "path to the items in the answer of the list call",
    "params": "parameters of the list call, as JSON",
    "parent": "kind that this one is listed from",
    "id": "path",
    "name": "path",
    "arn": "path, or a template",
    "ctime": "path",
    "mtime": "path",
    "atime": "path",
    "zone": "path",
    "detail": "operation that completes an item",
    "detail_params": "its parameters, as JSON",
    "detail_items": "path in its answer",
    "batch": "how many items it takes a call",
    "tags": "path to the tags in an item",
    "tag_read": "operation that reads tags",
    "tag_read_params": "its parameters, as JSON",
    "tag_items": "path to the tags in its answer",
    "tag": "operation that sets tags",
    "tag_params": "its parameters, as JSON",
    "untag": "operation that removes tags",
    "untag_params": "its parameters, as JSON",
    "one_by_one": "yes: a call for each tag",
    "tag_hook": "hook that changes tags",
    "tag_needs": "operations that this hook calls, with commas, for the policy",
    "delete": "operation that deletes",
    "delete_params": "parameters beside or in place of the derived ones, as JSON",
    "pre": "hook to run before deleting",
    "pre_needs": "operations that this hook calls, with commas, for the policy",
    "gone": "property:value,value… of what is deleted already",
    "hook": "hook that completes or makes the items",
    "hook_needs": "operations that the hook calls, with commas, for the policy",
    "collected": "full: only with --aws-kinds full (default: always)",
    "extent": "global, regional or zonal",
    "drop": "members that do not become properties, with commas",
    "only": "the only members that become properties, with commas",
    "keep": "members that look like secrets and are none, with commas",
    "links": "-: no edges by the names of members",
    "person": "paths below reported to the e-mail address of the person that this is, with commas",
    "title": "words for people, _ for a blank",
}
_JSON = frozenset({"params", "detail_params", "tag_read_params", "tag_params", "untag_params", "delete_params"})

OPTIONS = Options(_KNOWN, _JSON)
