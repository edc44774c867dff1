"""What the names of members do not say about relations: which way an edge runs, and what has to be deleted first.

An edge runs from what contains or is used to what is contained or uses it, but for the pairs in `FLOW`: there it
follows the traffic, from the front to the machines, as it does for AWS. Google refuses to delete what another resource
still names: `ORDER` says who goes first, consumers before what they use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from resotolib.kinds.kind import Match

_FLOW = """
forwarding_rule -> target_http_proxy target_https_proxy target_ssl_proxy target_tcp_proxy target_grpc_proxy target_pool
forwarding_rule -> target_instance target_vpn_gateway backend_service service_attachment
target_http_proxy -> url_map
target_https_proxy -> url_map
target_grpc_proxy -> url_map
target_ssl_proxy -> backend_service
target_tcp_proxy -> backend_service
url_map -> backend_service backend_bucket
backend_service -> instance_group network_endpoint_group
backend_bucket -> bucket
target_pool -> instance
target_instance -> instance
instance_group_manager -> instance_group target_pool
instance -> disk
address -> instance forwarding_rule router
container_node_pool -> instance_group_manager instance_group
logging_sink -> bucket pubsub_topic bigquery_dataset logging_bucket
cloudscheduler_job -> pubsub_topic
eventarc_trigger -> run_service cloud_function workflow
cloud_function -> run_service
vertex_ai_endpoint -> vertex_ai_model
vertex_ai_index_endpoint -> vertex_ai_index
"""

_NONE = """
address: network_attachment
commitment: reservation instance_template
disk: snapshot instant_snapshot machine_image instance
filestore_instance: filestore_backup
firestore_database: firestore_backup
firewall_policy: network forwarding_rule
future_reservation: instance_template
image: disk snapshot
instance: machine_image
instance_group_manager: autoscaler
instance_template: instance disk image machine_image snapshot
interconnect: interconnect_attachment
interconnect_group: interconnect
network: subnetwork
networkconnectivity_hub: networkconnectivity_route_table
redis_acl_policy: redis_acl_policy_revision
reservation: instance_template
router: vpn_tunnel interconnect_attachment instance
run_instance: run_worker_pool run_service
run_revision: run_worker_pool run_instance
run_worker_pool: run_instance run_service
spanner_instance_partition: spanner_backup
sql_database_instance: sql_database
vertex_ai_evaluation_set: vertex_ai_evaluation_item
vertex_ai_memory: vertex_ai_memory_revision
vertex_ai_reasoning_engine: vertex_ai_memory vertex_ai_memory_revision
vertex_ai_sandbox_environment: vertex_ai_sandbox_environment_snapshot
vertex_ai_specialist_pool: vertex_ai_data_labeling_job
vertex_ai_training_pipeline: vertex_ai_model vertex_ai_pipeline_job vertex_ai_endpoint
"""
"""Kinds that name others without an edge: what a thing was once made of, and who uses it, which its user says."""

_ORDER = """
service_attachment route firewall packet_mirroring
forwarding_rule
health_check_service
target_http_proxy target_https_proxy target_ssl_proxy target_tcp_proxy target_grpc_proxy target_instance
url_map
network_edge_security_service
backend_service backend_bucket
container_node_pool
container_cluster sql_database_instance redis_instance redis_cluster memcache_instance filestore_instance
composer_environment dataproc_cluster alloydb_instance vpcaccess_connector notebooks_instance datafusion_instance
alloydb_cluster
autoscaler
instance_group_manager
target_pool instance_group network_endpoint_group
instance_template
health_check http_health_check https_health_check ssl_policy ssl_certificate notification_endpoint
vpn_tunnel
vpn_gateway target_vpn_gateway external_vpn_gateway
interconnect_attachment
interconnect
router
instance
security_policy
instant_snapshot
disk
resource_policy reservation node_group storage_pool
node_template
network_attachment
address
subnetwork
network
firewall_policy tag_binding
tag_value
"""
"""What is deleted first comes first; kinds in one line do not wait for each other."""

_PARTS = """
tag_key: tag_value
kms_key_ring: kms_crypto_key
kms_crypto_key: kms_crypto_key_version
dns_managed_zone: dns_record_set
dns_response_policy: dns_response_policy_rule
container_cluster: container_node_pool
alloydb_cluster: alloydb_instance
filestore_instance: filestore_instance_snapshot
spanner_instance: spanner_backup
certificatemanager_certificate_map: certificatemanager_certificate_map_entry
vertex_ai_feature_group: vertex_ai_feature
vertex_ai_featurestore: vertex_ai_entity_type
vertex_ai_entity_type: vertex_ai_featurestore_feature
vertex_ai_feature_online_store: vertex_ai_feature_view
vertex_ai_rag_corpus: vertex_ai_rag_file
workstations_workstation_cluster: workstations_workstation_config
workstations_workstation_config: workstations_workstation
"""
"""Kinds whose parts have to be deleted before them; all others take their parts along."""


def _kinds(*names: str) -> tuple[str, ...]:
    return tuple(f"gcp_{name}" for name in names)


_KEYS = _kinds("kms_crypto_key", "kms_crypto_key_version")

EVERYWHERE: Mapping[str, tuple[str, ...]] = {
    "network": _kinds("network"),
    "vpc": _kinds("network"),
    "subnetwork": _kinds("subnetwork"),
    "subnet": _kinds("subnetwork"),
    "network_attachment": _kinds("network_attachment"),
    "service_attachment": _kinds("service_attachment"),
    "instance_group_manager": _kinds("instance_group_manager"),
    "instance_template": _kinds("instance_template"),
    "health_check": _kinds("health_check", "http_health_check", "https_health_check"),
    "kms_key": _KEYS,
    "crypto_key": _KEYS,
    "crypto_key_version": _KEYS[1:],
    "service_account": _kinds("iam_service_account"),
    "service_account_email": _kinds("iam_service_account"),
    "bucket": _kinds("bucket"),
    "topic": _kinds("pubsub_topic"),
    "subscription": _kinds("pubsub_subscription"),
    "secret_version": _kinds("secret_version"),
    "certificate_map": _kinds("certificatemanager_certificate_map"),
    "certificate_manager_certificate": _kinds("certificatemanager_certificate"),
}
"""What members of any service may name, and what they call it."""

FULL_NAMES = frozenset({"kms_key", "crypto_key", "bucket", "topic"})
"""Nouns that a member `<noun>Name` names in full."""

MATCHES: Mapping[str, Match] = {"gcp_iam_service_account": "any", "gcp_bucket": "any"}
"""How a kind is named where that is not its link: service accounts by their address, buckets by their name."""

_NOT_NAMED = "address folder key object operation project project_quota region region_quota type user version zone"
NOT_NAMED = frozenset(_NOT_NAMED.split())
"""Nouns that say a place, a number or anything but a resource."""

_NEVER = """
name id kind description etag selfLink selfLinkWithId zone region location params initializeParams instanceProperties
sourceInstanceProperties accessConfigs ipv6AccessConfigs kmsKeyServiceAccount haPolicy sourceImageEncryptionKey
sourceSnapshotEncryptionKey sourceMachineImageEncryptionKey sourceDiskEncryptionKey sourceInstantSnapshotEncryptionKey
sourceDiskEncryptionKeys usedBy nodePools upgradeInfo externalExposure createPipelineJobRequest
createNotebookExecutionJobRequest modelToUpload
"""
NEVER = frozenset(_NEVER.split())
"""Members that name the resource itself, its place, or what it was made from; nothing in them makes an edge."""

_PROXIES = ("target_http_proxy", "target_https_proxy", "target_ssl_proxy", "target_tcp_proxy", "target_grpc_proxy")

SPECIAL: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("gcp_forwarding_rule", "target"): _kinds(
        *_PROXIES, "target_pool", "target_instance", "target_vpn_gateway", "service_attachment", "backend_service"
    ),
    ("gcp_backend_service", "backends[].group"): _kinds("instance_group", "network_endpoint_group"),
    ("gcp_url_map", "defaultService"): _kinds("backend_service", "backend_bucket"),
    ("gcp_url_map", "pathMatchers[].defaultService"): _kinds("backend_service", "backend_bucket"),
    ("gcp_url_map", "pathMatchers[].pathRules[].service"): _kinds("backend_service", "backend_bucket"),
    ("gcp_url_map", "pathMatchers[].routeRules[].service"): _kinds("backend_service", "backend_bucket"),
    ("gcp_target_ssl_proxy", "service"): _kinds("backend_service"),
    ("gcp_target_tcp_proxy", "service"): _kinds("backend_service"),
    ("gcp_autoscaler", "target"): _kinds("instance_group_manager"),
    ("gcp_disk", "type"): _kinds("disk_type"),
    ("gcp_instance", "disks[].source"): _kinds("disk"),
    ("gcp_instance_group_manager", "instanceGroup"): _kinds("instance_group"),
    ("gcp_address", "users[]"): _kinds("instance", "forwarding_rule", "router"),
    ("gcp_router", "nats[].natIps[]"): _kinds("address"),
    ("gcp_router", "nats[].drainNatIps[]"): _kinds("address"),
    ("gcp_router", "nats[].rules[].action.sourceNatActiveIps[]"): _kinds("address"),
    ("gcp_router", "nats[].rules[].action.sourceNatDrainIps[]"): _kinds("address"),
    ("gcp_disk", "sourceConsistencyGroupPolicy"): _kinds("resource_policy"),
    ("gcp_snapshot", "sourceSnapshotSchedulePolicy"): _kinds("resource_policy"),
    ("gcp_instance_group_manager", "resourcePolicies.workloadPolicy"): _kinds("resource_policy"),
    ("gcp_interconnect_attachment", "ipsecInternalAddresses[]"): _kinds("address"),
    ("gcp_network_endpoint_group", "pscTargetService"): _kinds("service_attachment"),
    ("gcp_route", "nextHopIlb"): _kinds("forwarding_rule"),
    ("gcp_vpn_tunnel", "peerExternalGateway"): _kinds("external_vpn_gateway"),
    ("gcp_vpn_tunnel", "peerGcpGateway"): _kinds("vpn_gateway"),
    ("gcp_interconnect", "location"): _kinds("interconnect_location"),
    ("gcp_service_attachment", "targetService"): _kinds("forwarding_rule"),
    ("gcp_service_attachment", "natSubnets[]"): _kinds("subnetwork"),
    ("gcp_service_attachment", "connectedEndpoints[].endpoint"): (),
    ("gcp_logging_metric", "bucketName"): _kinds("logging_bucket"),
    ("gcp_vertex_ai_endpoint", "modelDeploymentMonitoringJob"): (),
    ("gcp_packet_mirroring", "collectorIlb.url"): _kinds("forwarding_rule"),
    ("gcp_public_delegated_prefix", "parentPrefix"): _kinds("public_advertised_prefix", "public_delegated_prefix"),
    ("gcp_logging_sink", "destination"): _kinds("bucket", "pubsub_topic", "bigquery_dataset", "logging_bucket"),
    ("gcp_container_node_pool", "instanceGroupUrls[]"): _kinds("instance_group_manager", "instance_group"),
    ("gcp_container_cluster", "instanceGroupUrls[]"): (),
    ("gcp_cloud_function", "serviceConfig.service"): _kinds("run_service"),
    ("gcp_eventarc_trigger", "destination.cloudFunction"): _kinds("cloud_function"),
    ("gcp_eventarc_trigger", "destination.workflow"): _kinds("workflow"),
}
"""Members whose names say nothing, or something else."""


def _pairs(text: str, sign: str) -> frozenset[tuple[str, str]]:
    lines = (line.split(sign) for line in text.strip().splitlines())
    return frozenset((f"gcp_{left.strip()}", f"gcp_{name}") for left, right in lines for name in right.split())


FLOW = _pairs(_FLOW, "->")
WITHOUT = _pairs(_NONE, ":")
PARTS = _pairs(_PARTS, ":")
ORDER = {f"gcp_{name}": rank for rank, line in enumerate(_ORDER.strip().splitlines()) for name in line.split()}


def direction(kind: str, other: str) -> tuple[bool, bool]:
    """Whether the edge from a resource to one that it names runs to that one, and whether there is one at all."""
    return (kind, other) in FLOW, (kind, other) not in WITHOUT


def delete(kind: str, other: str) -> Literal["", "this_first", "other_first"]:
    """Which of the two has to be deleted first, where it matters."""
    if (kind, other) in WITHOUT or kind not in ORDER or other not in ORDER or ORDER[kind] == ORDER[other]:
        return ""
    return "this_first" if ORDER[kind] < ORDER[other] else "other_first"
