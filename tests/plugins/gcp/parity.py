"""What earlier versions and their successor had for GCP: names that stay, and what could be done with them."""

from __future__ import annotations

_VERSION_3 = """
accelerator_type address[DL] autoscaler[D] backend_bucket[D] backend_service[D] billing_account bucket[DL] commitment
container_cluster[D] container_operation disk[DL] disk_type external_vpn_gateway[DL] firewall[D] firewall_policy[D]
forwarding_rule[DL] health_check[D] health_check_service[D] http_health_check[D] https_health_check[D] image[DL]
instance[DL] instance_group[D] instance_group_manager[D] instance_template[D] interconnect[DL]
interconnect_attachment[DL] interconnect_location license[D] machine_image[D] machine_type network[D]
network_edge_security_service[D] network_endpoint_group[D] node_group[D] node_template[D] node_type
notification_endpoint[D] object[D] operation packet_mirroring[D] project project_billing_info
public_advertised_prefix[D] public_delegated_prefix[D] region region_quota resource_policy[D] route[D] router[D]
security_policy[DL] service service_attachment[D] sku snapshot[DL] sql_backup_run[D] sql_database[D]
sql_database_instance[DL] sql_operation sql_user[D] ssl_certificate[D] ssl_policy[D] subnetwork[D] target_grpc_proxy[D]
target_http_proxy[D] target_https_proxy[D] target_instance[D] target_pool[D] target_ssl_proxy[D] target_tcp_proxy[D]
target_vpn_gateway[DL] url_map[D] vpn_gateway[DL] vpn_tunnel[DL] zone
"""
_LATER = """
cloud_function[D] filestore_backup[D] filestore_instance[D] filestore_instance_snapshot firestore_backup[D]
firestore_database[D] firestore_document pubsub_snapshot[D] pubsub_subscription[D] pubsub_topic[D] scc_finding
vertex_ai_batch_prediction_job[D] vertex_ai_custom_job[D] vertex_ai_dataset[D] vertex_ai_dataset_version[D]
vertex_ai_endpoint[D] vertex_ai_feature[D] vertex_ai_feature_group[D] vertex_ai_featurestore[D]
vertex_ai_hyperparameter_tuning_job[D] vertex_ai_index[D] vertex_ai_index_endpoint[D] vertex_ai_model[D]
vertex_ai_model_deployment_monitoring_job[D] vertex_ai_model_evaluation vertex_ai_pipeline_job[D] vertex_ai_schedule[D]
vertex_ai_tensorboard[D] vertex_ai_training_pipeline[D] vertex_ai_tuning_job
"""
_MARKED = [word.rstrip("]").partition("[") for word in (_VERSION_3 + _LATER).split()]

NAMES = [f"gcp_{name}" for name, _, _ in _MARKED]
"""The 75 kinds of version 3.9, and the 30 that its successor added.

Both deleted operations too. What that deletes is the record of an operation; what it does goes on.
"""

DELETABLE = [f"gcp_{name}" for name, _, marks in _MARKED if "D" in marks]
LABELLED = [f"gcp_{name}" for name, _, marks in _MARKED if "L" in marks]

_BASES = """
address:ip_address autoscaler:autoscaling_group bucket:bucket disk:volume disk_type:volume_type
forwarding_rule:load_balancer health_check:health_check http_health_check:health_check https_health_check:health_check
instance:instance machine_type:instance_type network:network project:account region:region region_quota:quota
router:gateway snapshot:snapshot sql_database_instance:database ssl_certificate:certificate subnetwork:subnet
target_vpn_gateway:gateway vpn_gateway:gateway vpn_tunnel:tunnel zone:zone
"""
BASES = [(f"gcp_{name}", base) for name, _, base in (word.partition(":") for word in _BASES.split())]
"""What a kind is in every cloud."""

_SWITCHES = """
regions zones services networks subnetworks routers routes health_checks http_health_checks https_health_checks
machine_types instances disk_types disks target_vpn_gateways vpn_gateways vpn_tunnels security_policies snapshots
ssl_certificates network_endpoint_groups instance_groups instance_group_managers autoscalers backend_services url_maps
target_pools target_instances target_http_proxies target_https_proxies target_ssl_proxies target_tcp_proxies
target_grpc_proxies forwarding_rules buckets databases instance_templates
"""
SWITCHES = _SWITCHES.split()
"""Values that `--gcp-collect` took in version 2."""

_DEFAULT_EDGES = """
network -> subnetwork instance firewall route router forwarding_rule vpn_gateway
subnetwork -> instance forwarding_rule
machine_type -> instance
disk_type -> disk
instance -> disk
disk -> snapshot
image -> disk
forwarding_rule -> target_http_proxy target_pool backend_service
target_http_proxy -> url_map
url_map -> backend_service backend_bucket
backend_service -> instance_group network_endpoint_group
instance_template -> instance_group_manager
instance_group_manager -> instance_group autoscaler
health_check -> backend_service
ssl_certificate -> target_https_proxy
vpn_gateway -> vpn_tunnel
pubsub_topic -> pubsub_subscription
kms_crypto_key -> disk bucket
iam_service_account -> firewall
"""
_DELETE_EDGES = """
network -> subnetwork instance firewall route router forwarding_rule vpn_gateway address
subnetwork -> instance forwarding_rule container_cluster
disk -> instance
address -> forwarding_rule
url_map -> target_http_proxy
target_http_proxy -> forwarding_rule
backend_service -> url_map
instance_group -> backend_service instance_group_manager
health_check -> backend_service
instance_template -> instance_group_manager
vpn_gateway -> vpn_tunnel
router -> vpn_tunnel
node_template -> node_group
forwarding_rule -> packet_mirroring
interconnect_attachment -> vpn_gateway
bigquery_dataset -> bigquery_table bigquery_routine bigquery_model
bucket -> object
tag_key -> tag_value
tag_value -> tag_binding
kms_key_ring -> kms_crypto_key
kms_crypto_key -> kms_crypto_key_version
dns_managed_zone -> dns_record_set
dns_response_policy -> dns_response_policy_rule
container_cluster -> container_node_pool
alloydb_cluster -> alloydb_instance
filestore_instance -> filestore_instance_snapshot
spanner_instance -> spanner_backup
certificatemanager_certificate_map -> certificatemanager_certificate_map_entry
vertex_ai_feature_group -> vertex_ai_feature
workstations_workstation_cluster -> workstations_workstation_config
"""


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = (line.split(" -> ") for line in text.strip().splitlines())
    return [(f"gcp_{left}", f"gcp_{right}") for left, names in lines for right in names.split()]


DEFAULT_EDGES = _pairs(_DEFAULT_EDGES)
"""From what contains or is used to what is contained or uses it; traffic from the front to the machines."""

DELETE_EDGES = _pairs(_DELETE_EDGES)
"""The second is deleted before the first."""
