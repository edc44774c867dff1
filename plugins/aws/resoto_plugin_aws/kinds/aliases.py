"""Names of version 2's collectors, which `--aws-collect` and `--aws-no-collect` took, and the kinds they stand for."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "iam_account_summary": ("aws_account",),
    "iam_policies": ("aws_iam_policy",),
    "iam_groups": ("aws_iam_group",),
    "iam_instance_profiles": ("aws_iam_instance_profile",),
    "iam_roles": ("aws_iam_role",),
    "iam_users": ("aws_iam_user", "aws_iam_access_key"),
    "iam_server_certificates": ("aws_iam_server_certificate", "aws_iam_server_certificate_quota"),
    "s3_buckets": ("aws_s3_bucket", "aws_s3_bucket_quota"),
    "reserved_instances": ("aws_ec2_instance_type",),
    "vpcs": ("aws_vpc", "aws_vpc_quota"),
    "subnets": ("aws_ec2_subnet",),
    "route_tables": ("aws_ec2_route_table",),
    "security_groups": ("aws_ec2_security_group",),
    "internet_gateways": ("aws_ec2_internet_gateway", "aws_ec2_internet_gateway_quota"),
    "keypairs": ("aws_ec2_keypair",),
    "instances": ("aws_ec2_instance", "aws_ec2_instance_quota"),
    "volumes": ("aws_ec2_volume", "aws_ec2_volume_type"),
    "snapshots": ("aws_ec2_snapshot",),
    "elbs": ("aws_elb", "aws_elb_quota"),
    "albs": ("aws_alb", "aws_alb_quota"),
    "alb_target_groups": ("aws_alb_target_group",),
    "autoscaling_groups": ("aws_autoscaling_group",),
    "network_acls": ("aws_ec2_network_acl",),
    "network_interfaces": ("aws_ec2_network_interface",),
    "nat_gateways": ("aws_ec2_nat_gateway",),
    "rds_instances": ("aws_rds_instance",),
    "cloudformation_stacks": ("aws_cloudformation_stack",),
    "eks_clusters": ("aws_eks_cluster", "aws_eks_nodegroup"),
    "vpc_peering_connections": ("aws_vpc_peering_connection",),
    "vpc_endpoints": ("aws_vpc_endpoint",),
    "elastic_ips": ("aws_ec2_elastic_ip",),
    "cloudwatch_alarms": ("aws_cloudwatch_alarm",),
}
