"""Pages for the services of the query protocols, most of which moto never pages: EC2, IAM, load balancers, …

The whole answer of moto is cut where the vendor's own description of paging says that a page ends.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import botocore.session
from botocore.model import OperationModel

_SERVICES: Mapping[str, str] = {
    "2016-11-15": "ec2",
    "2010-05-08": "iam",
    "2012-06-01": "elb",
    "2015-12-01": "elbv2",
    "2010-05-15": "cloudformation",
    "2014-10-31": "rds",
    "2011-01-01": "autoscaling",
    "2010-03-31": "sns",
    "2015-02-02": "elasticache",
    "2012-12-01": "redshift",
}
"""Services by the API version that stands in each request."""


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


class Paging:
    """How one operation pages: names of the token and the size in requests, of lists, token and flag in answers."""

    def __init__(self, operation: OperationModel, config: Mapping[str, Any]) -> None:
        self.token_in = _listed(config["input_token"])[0]
        self.size_in = str(config.get("limit_key", ""))
        self._token_out = _listed(config["output_token"])[0]
        self._more = str(config.get("more_results", ""))
        self._members = operation.output_shape.members
        self._lists = [self._element(key) for key in _listed(config["result_key"])]

    def _element(self, member: str) -> str:
        name = member.split("||", maxsplit=1)[0].strip()
        return str(self._members[name].serialization.get("name", name)) if name in self._members else name

    def cut(self, body: bytes, start: int, size: int) -> bytes:
        """The items from `start`, `size` of each list, with a token if there are more."""
        root = ElementTree.fromstring(body)
        space = root.tag[: root.tag.index("}") + 1] if root.tag.startswith("{") else ""
        result = next((child for child in root if child.tag.endswith("Result")), root)
        more = False
        for name in self._lists:
            found = result.find(space + name)
            if found is not None:
                items = list(found)
                more = more or len(items) > start + size
                for item in items[:start] + items[start + size :]:
                    found.remove(item)
        self._put(result, space + self._element(self._token_out), f"item-{start + size}" if more else None)
        if self._more:
            self._put(result, space + self._element(self._more), "true" if more else "false")
        if space:
            ElementTree.register_namespace("", space[1:-1])
        return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))

    @staticmethod
    def _put(parent: ElementTree.Element, tag: str, text: str | None) -> None:
        for old in parent.findall(tag):
            parent.remove(old)
        if text is not None:
            ElementTree.SubElement(parent, tag).text = text


@functools.cache
def paging_of(version: str, action: str) -> Paging | None:
    """How an operation pages; None for those that give everything at once."""
    service = _SERVICES.get(version)
    if service is None:
        return None
    session = botocore.session.get_session()
    pages = session.get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]
    if action not in pages:
        return None
    return Paging(session.get_service_model(service).operation_model(action), pages[action])
