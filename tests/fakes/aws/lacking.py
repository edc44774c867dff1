"""Operations that moto does not know, added to it in the server's process; each answers as little as AWS would."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.responses import EC2Response
from moto.eks.models import EKSBackend
from moto.emrserverless import urls as emr_serverless
from moto.emrserverless.responses import EMRServerlessResponse
from moto.iam.responses import IamResponse
from moto.sagemaker.models import FakeEndpointConfig
from moto.servicequotas.resources.default_quotas.vpc import VPC_DEFAULT_QUOTAS
from moto.servicequotas.responses import ServiceQuotasResponse
from moto.ssoadmin.responses import SSOAdminResponse

QUOTAS = {
    "ec2": {
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances": 640.0,
        "Running On-Demand G and VT instances": 64.0,
        "Running On-Demand P instances": 16.0,
    },
    "elasticloadbalancing": {"Application Load Balancers per Region": 50.0, "Classic Load Balancers per Region": 20.0},
    "iam": {"Server certificates per account": 20.0},
    "ebs": {
        "Storage for General Purpose SSD (gp2) volumes, in TiB": 50.0,
        "Storage for General Purpose SSD (gp3) volumes, in TiB": 50.0,
        "Storage for Provisioned IOPS SSD (io1) volumes, in TiB": 20.0,
    },
    "s3": {"General purpose buckets": 10000.0},
}


def list_service_quotas(self: Any) -> Any:
    """The quotas of a service, as applied to the account."""
    service = str(json.loads(self.body).get("ServiceCode"))
    if service == "vpc":
        return json.dumps({"Quotas": VPC_DEFAULT_QUOTAS})
    if service not in QUOTAS:
        body = {"__type": "NoSuchResourceException", "message": "The request failed because the service is unknown."}
        return 400, {}, json.dumps(body)
    quotas = [
        {"ServiceCode": service, "QuotaCode": f"L-{number:08X}", "QuotaName": name, "Value": value}
        for number, (name, value) in enumerate(QUOTAS[service].items(), 1)
    ]
    return json.dumps({"Quotas": quotas})


def describe_reserved_instances(_: Any) -> ActionResult:
    """Nobody has reserved anything here."""
    return ActionResult({"ReservedInstances": []})


def list_instance_profile_tags(self: Any) -> ActionResult:
    """The tags that the profile was made with."""
    profile = self.backend.get_instance_profile(self._get_param("InstanceProfileName"))
    return ActionResult({"Tags": profile.tags, "IsTruncated": False})


def list_server_certificate_tags(self: Any) -> ActionResult:
    """The tags that the certificate was given; moto forgets those that it was made with."""
    certificate = self.backend.get_server_certificate(self._get_param("ServerCertificateName"))
    tags = [{"Key": key, "Value": value} for key, value in vars(certificate).get("tags", {}).items()]
    return ActionResult({"Tags": tags, "IsTruncated": False})


def tag_server_certificate(self: Any) -> EmptyResult:
    """Sets some."""
    certificate = self.backend.get_server_certificate(self._get_param("ServerCertificateName"))
    new = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
    certificate.tags = {**vars(certificate).get("tags", {}), **new}
    return EmptyResult()


def untag_server_certificate(self: Any) -> EmptyResult:
    """Removes some."""
    certificate = self.backend.get_server_certificate(self._get_param("ServerCertificateName"))
    gone = self._get_param("TagKeys", [])
    certificate.tags = {key: value for key, value in vars(certificate).get("tags", {}).items() if key not in gone}
    return EmptyResult()


def list_service_specific_credentials(self: Any) -> ActionResult:
    """Nobody has any."""
    self.backend.get_user(self._get_param("UserName"))
    return ActionResult({"ServiceSpecificCredentials": []})


def list_tags_for_resource(self: Any) -> str:
    """The tags of an instance of IAM Identity Center."""
    return json.dumps({"Tags": [{"Key": key, "Value": value} for key, value in _center_tags(self).items()]})


def tag_resource(self: Any) -> str:
    """Sets some."""
    _center_tags(self).update({tag["Key"]: tag["Value"] for tag in self._get_param("Tags")})
    return "{}"


def untag_resource(self: Any) -> str:
    """Removes some."""
    for key in self._get_param("TagKeys"):
        _center_tags(self).pop(key, None)
    return "{}"


def _center_tags(response: Any) -> dict[str, str]:
    arn = response._get_param("ResourceArn")
    (center,) = (one for one in response.ssoadmin_backend.instances if one.instance_arn == arn)
    found: dict[str, str] = vars(center).setdefault("tags", {})
    return found


def list_tags_for_application(self: Any) -> ActionResult:
    """The tags of an application of EMR Serverless."""
    application = self._get_param("resourceArn").rpartition("/")[2]
    return ActionResult({"tags": self.emrserverless_backend.get_application(application).tags or {}})


def with_plain_arn(make: Callable[..., None]) -> Callable[..., None]:
    """moto's ARN of a configuration of endpoints is a tuple, over which the tagging API stumbles."""

    def made(self: Any, *args: Any, **named: Any) -> None:
        make(self, *args, **named)
        self.arn = self.endpoint_config_arn

    return made


def tag_below_clusters(change: Callable[..., None]) -> Callable[..., None]:
    """moto's way to change tags knows EKS clusters only; this one what runs in them as well."""

    def changed(self: Any, resource_arn: str, tags: Any) -> None:
        for cluster in self.clusters.values():
            for below in (*cluster.nodegroups.values(), *cluster.fargate_profiles.values()):
                if resource_arn == vars(below).get("arn", vars(below).get("fargate_profile_arn")):
                    gone = [tags] if isinstance(tags, str) else tags
                    kept = {key: value for key, value in (below.tags or {}).items() if key not in gone}
                    below.tags = {**kept, **(tags if isinstance(tags, dict) else {})}
                    return
        change(self, resource_arn, tags)

    return changed


def validate_different_update(change: Callable[..., None]) -> Callable[..., None]:
    """moto finds no change in an update of a stack whose tags alone are others."""

    def validated(self: Any, incoming_params: Any, stack_body: Any, old_stack: Any) -> None:
        tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
        if tags in ({}, old_stack.tags):
            change(self, incoming_params, stack_body, old_stack)

    return validated


def add() -> None:
    """Teach moto the operations."""
    for response, operation in (
        (ServiceQuotasResponse, list_service_quotas),
        (EC2Response, describe_reserved_instances),
        (IamResponse, list_instance_profile_tags),
        (IamResponse, list_server_certificate_tags),
        (IamResponse, tag_server_certificate),
        (IamResponse, untag_server_certificate),
        (IamResponse, list_service_specific_credentials),
        (SSOAdminResponse, list_tags_for_resource),
        (SSOAdminResponse, tag_resource),
        (SSOAdminResponse, untag_resource),
    ):
        setattr(response, operation.__name__, operation)
    setattr(EMRServerlessResponse, list_tags_for_resource.__name__, list_tags_for_application)
    emr_serverless.url_paths["{0}/tags/(?P<resourceArn>.+)$"] = EMRServerlessResponse.dispatch
    for place, name, better in (
        (EKSBackend, "tag_resource", tag_below_clusters),
        (EKSBackend, "untag_resource", tag_below_clusters),
        (FakeEndpointConfig, "__init__", with_plain_arn),
        (CloudFormationResponse, "_validate_different_update", validate_different_update),
    ):
        setattr(place, name, better(getattr(place, name)))
