"""What version 2 had for AWS and what 3.9 added for the same kinds: names, types and directions that stay."""

from __future__ import annotations

from collections.abc import Iterator

_PROPERTIES = """
aws_account < account: account_alias:string, role:string, users:int64, groups:int64, account_mfa_enabled:int64, account_access_keys_present:int64, account_signing_certificates_present:int64, mfa_devices:int64, mfa_devices_in_use:int64, policies:int64, policy_versions_in_use:int64, global_endpoint_token_version:int64, server_certificates:int64, minimum_password_length:int64, require_symbols:boolean, require_numbers:boolean, require_uppercase_characters:boolean, require_lowercase_characters:boolean, allow_users_to_change_password:boolean, expire_passwords:boolean, max_password_age:int64, password_reuse_prevention:int64, hard_expiry:boolean
aws_region < region: ctime:datetime
aws_resource < resource: arn:string
aws_ec2_instance_type < instance_type:
aws_ec2_instance_quota < instance_quota:
aws_ec2_instance < instance:
aws_ec2_keypair < keypair:
aws_ec2_volume_type < volume_type:
aws_ec2_volume < volume: volume_kms_key_id:string, volume_multi_attach_enabled:boolean, volume_outpost_arn:string, volume_snapshot_id:string
aws_ec2_snapshot < snapshot:
aws_ec2_subnet < subnet:
aws_ec2_elastic_ip < ip_address: instance_id:string, public_ip:string, allocation_id:string, association_id:string, domain:string, network_interface_id:string, network_interface_owner_id:string, private_ip_address:string
aws_vpc < network: is_default:boolean
aws_vpc_quota < network_quota:
aws_s3_bucket < bucket:
aws_s3_bucket_quota < bucket_quota:
aws_elb < load_balancer:
aws_alb < load_balancer:
aws_alb_target_group < resource: target_type:string
aws_elb_quota < load_balancer_quota:
aws_alb_quota < load_balancer_quota:
aws_ec2_internet_gateway < gateway:
aws_ec2_nat_gateway < gateway: nat_gateway_status:string
aws_ec2_internet_gateway_quota < gateway_quota:
aws_ec2_security_group < security_group:
aws_ec2_route_table < routing_table:
aws_vpc_peering_connection < peering_connection: vpc_peering_connection_status:string
aws_vpc_endpoint < endpoint: vpc_endpoint_type:string, vpc_endpoint_status:string
aws_ec2_network_acl < network_acl: is_default:boolean
aws_ec2_network_interface < network_interface:
aws_rds_instance < database: volume_kms_key_id:string
aws_iam_user < user: user_policies:any[]
aws_iam_group < group: group_policies:any[]
aws_iam_role < role: role_policies:any[]
aws_iam_policy < policy:
aws_iam_instance_profile < instance_profile:
aws_iam_access_key < access_key: user_name:string, access_key_last_used_region:string, access_key_last_used_service_name:string
aws_iam_server_certificate < certificate: path:string
aws_iam_server_certificate_quota < certificate_quota:
aws_cloudformation_stack < stack:
aws_eks_cluster < resource: cluster_status:string, cluster_endpoint:string
aws_eks_nodegroup < resource: cluster_name:string, nodegroup_status:string
aws_autoscaling_group < autoscaling_group:
aws_cloudwatch_alarm < resource: actions_enabled:boolean, alarm_description:string, alarm_actions:string[], comparison_operator:string, dimensions:aws_cloudwatch_dimension_shape[], evaluation_periods:int64, insufficient_data_actions:string[], metric_name:string, namespace:string, ok_actions:string[], period:int64, state_value:string, statistic:string, threshold:double
"""  # noqa: E501  # one kind a line

_DEFAULT_EDGES = """
alb -> alb_target_group
alb_target_group -> ec2_instance
autoscaling_group -> ec2_instance
ec2_instance -> cloudwatch_alarm, ec2_elastic_ip, ec2_keypair, ec2_network_interface, ec2_volume
ec2_instance_type -> ec2_instance
ec2_nat_gateway -> ec2_network_interface, ec2_subnet, vpc
ec2_network_acl -> ec2_subnet
ec2_network_interface -> ec2_elastic_ip
ec2_route_table -> vpc_endpoint
ec2_security_group -> alb, ec2_network_interface, elb, rds_instance, vpc_endpoint
ec2_subnet -> alb, ec2_network_interface, elb, rds_instance, vpc_endpoint
ec2_volume -> ec2_snapshot
ec2_volume_type -> ec2_volume
eks_cluster -> eks_nodegroup
eks_nodegroup -> autoscaling_group
elb -> ec2_instance
iam_group -> iam_policy, iam_user
iam_role -> eks_cluster, iam_instance_profile, iam_policy
iam_user -> iam_access_key, iam_policy
vpc -> alb, alb_target_group, ec2_instance, ec2_internet_gateway, ec2_network_acl, ec2_network_interface, ec2_route_table, ec2_security_group, ec2_subnet, elb, rds_instance, vpc_endpoint, vpc_peering_connection
vpc_endpoint -> ec2_network_interface
ec2_instance_quota -> ec2_instance_type
vpc_quota -> vpc
ec2_internet_gateway_quota -> ec2_internet_gateway
elb_quota -> elb
alb_quota -> alb
s3_bucket_quota -> s3_bucket
iam_server_certificate_quota -> iam_server_certificate
"""  # noqa: E501  # one kind a line

_DELETE_EDGES = """
alb_target_group -> alb
autoscaling_group -> eks_nodegroup
ec2_elastic_ip -> ec2_instance, ec2_network_interface
ec2_instance -> alb_target_group, autoscaling_group, cloudwatch_alarm, ec2_network_interface, elb
ec2_keypair -> ec2_instance
ec2_network_interface -> ec2_nat_gateway, vpc_endpoint
ec2_route_table -> vpc_endpoint
ec2_security_group -> alb, elb, rds_instance, vpc_endpoint
ec2_subnet -> alb, ec2_nat_gateway, ec2_network_acl, elb, rds_instance, vpc_endpoint
ec2_volume -> ec2_instance
eks_cluster -> eks_nodegroup
iam_group -> iam_policy
iam_role -> eks_cluster, iam_instance_profile, iam_policy
iam_user -> iam_policy
vpc -> alb, alb_target_group, ec2_instance, ec2_internet_gateway, ec2_nat_gateway, ec2_network_acl, ec2_network_interface, ec2_route_table, ec2_security_group, ec2_subnet, elb, rds_instance, vpc_endpoint, vpc_peering_connection
"""  # noqa: E501  # one kind a line

_DELETABLE = """
alb alb_target_group autoscaling_group cloudformation_stack cloudwatch_alarm ec2_elastic_ip ec2_instance
ec2_internet_gateway ec2_keypair ec2_nat_gateway ec2_network_acl ec2_network_interface ec2_route_table
ec2_security_group ec2_snapshot ec2_subnet ec2_volume eks_cluster eks_nodegroup elb vpc vpc_endpoint
vpc_peering_connection iam_access_key iam_group iam_instance_profile iam_policy iam_role iam_server_certificate iam_user
s3_bucket
"""
DELETABLE = _DELETABLE.split()
"""Without the prefix; those before `iam_access_key` have tags that can be changed, too."""

TAGGABLE = DELETABLE[: DELETABLE.index("iam_access_key")]

_SWITCHES = """
iam_account_summary iam_policies iam_groups iam_instance_profiles iam_roles iam_users iam_server_certificates s3_buckets
reserved_instances vpcs subnets route_tables security_groups internet_gateways keypairs instances volumes snapshots elbs
albs alb_target_groups autoscaling_groups network_acls network_interfaces nat_gateways rds_instances
cloudformation_stacks eks_clusters vpc_peering_connections vpc_endpoints elastic_ips cloudwatch_alarms
"""
SWITCHES = _SWITCHES.split()
"""Values that `--aws-collect` took."""


def kinds() -> Iterator[tuple[str, str, dict[str, str]]]:
    """(kind, base, types of its own properties by name)."""
    for line in _PROPERTIES.strip().splitlines():
        head, _, rest = line.partition(":")
        name, _, base = head.partition(" < ")
        own = dict(one.strip().split(":", 1) for one in rest.split(", ") if one.strip())
        yield name, base, own


def default_edges() -> list[tuple[str, str]]:
    """(from, to)."""
    return list(_pairs(_DEFAULT_EDGES))


def delete_edges() -> list[tuple[str, str]]:
    """(from, to): the second is deleted before the first."""
    return list(_pairs(_DELETE_EDGES))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.strip().splitlines():
        source, _, targets = line.partition(" -> ")
        for target in targets.split(", "):
            yield f"aws_{source}", f"aws_{target}"
