"""Names of version 2's collectors, which `--gcp-collect` and `--gcp-no-collect` took, and the kinds they stand for."""

from __future__ import annotations

from collections.abc import Mapping

ALIASES: Mapping[str, tuple[str, ...]] = {
    "regions": ("gcp_region", "gcp_region_quota"),
    "zones": ("gcp_zone",),
    "services": ("gcp_service", "gcp_sku"),
    "networks": ("gcp_network",),
    "subnetworks": ("gcp_subnetwork",),
    "routers": ("gcp_router",),
    "routes": ("gcp_route",),
    "health_checks": ("gcp_health_check",),
    "http_health_checks": ("gcp_http_health_check",),
    "https_health_checks": ("gcp_https_health_check",),
    "machine_types": ("gcp_machine_type",),
    "instances": ("gcp_instance",),
    "disk_types": ("gcp_disk_type",),
    "disks": ("gcp_disk",),
    "target_vpn_gateways": ("gcp_target_vpn_gateway",),
    "vpn_gateways": ("gcp_vpn_gateway",),
    "vpn_tunnels": ("gcp_vpn_tunnel",),
    "security_policies": ("gcp_security_policy",),
    "snapshots": ("gcp_snapshot",),
    "ssl_certificates": ("gcp_ssl_certificate",),
    "network_endpoint_groups": ("gcp_network_endpoint_group",),
    "global_network_endpoint_groups": ("gcp_network_endpoint_group",),
    "instance_groups": ("gcp_instance_group",),
    "instance_group_managers": ("gcp_instance_group_manager",),
    "autoscalers": ("gcp_autoscaler",),
    "backend_services": ("gcp_backend_service",),
    "url_maps": ("gcp_url_map",),
    "target_pools": ("gcp_target_pool",),
    "target_instances": ("gcp_target_instance",),
    "target_http_proxies": ("gcp_target_http_proxy",),
    "target_https_proxies": ("gcp_target_https_proxy",),
    "target_ssl_proxies": ("gcp_target_ssl_proxy",),
    "target_tcp_proxies": ("gcp_target_tcp_proxy",),
    "target_grpc_proxies": ("gcp_target_grpc_proxy",),
    "forwarding_rules": ("gcp_forwarding_rule",),
    "global_forwarding_rules": ("gcp_forwarding_rule",),
    "buckets": ("gcp_bucket",),
    "databases": ("gcp_sql_database_instance",),
    "instance_templates": ("gcp_instance_template",),
}
"""What was global in version 2 is in the kind of the same name now."""
