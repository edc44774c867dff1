"""Tag reads that moto lacks, or refuses for a resource without tags: here they say that there are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.athena.responses import AthenaResponse
from moto.core.responses import ActionResult
from moto.datasync.responses import DataSyncResponse
from moto.iam.responses import IamResponse
from moto.ssm.models import SimpleSystemManagerBackend
from moto.transfer.responses import TransferResponse


def list_saml_provider_tags(_: Any) -> ActionResult:
    """IAM."""
    return ActionResult({"Tags": [], "IsTruncated": False})


def list_tags_for_resource(_: Any) -> str:
    """DataSync and Transfer."""
    return json.dumps({"Tags": []})


def of_athena(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Athena, where an answer of moto that is no text is a refusal."""

    def found(self: Any) -> str:
        answer = read(self)
        return answer if isinstance(answer, str) else json.dumps({"Tags": []})

    return found


def of_systems_manager(check: Callable[[Any, str, str], str]) -> Callable[[Any, str, str], str]:
    """SSM, which refuses all but documents, parameters and maintenance windows."""

    def checked(self: Any, resource_type: str, resource_id: str) -> str:
        return resource_id if resource_type == "PatchBaseline" else check(self, resource_type, resource_id)

    return checked


def add() -> None:
    """Teach moto the operations."""
    for response, operation in (
        (IamResponse, list_saml_provider_tags),
        (DataSyncResponse, list_tags_for_resource),
        (TransferResponse, list_tags_for_resource),
    ):
        setattr(response, operation.__name__, operation)
    for place, name, better in (
        (AthenaResponse, "list_tags_for_resource", of_athena),
        (SimpleSystemManagerBackend, "_validate_resource_type_and_id", of_systems_manager),
    ):
        setattr(place, name, better(getattr(place, name)))
