"""What has to be done before a resource can be deleted: a function for each name in `Deletion.hook`.

Each may be called again after it has failed half-way. What `hooks` says of them is what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from resoto_plugin_aws.predelete import buckets, network, people, services
from resoto_plugin_aws.target import Target

HOOKS: Mapping[str, Callable[[Target], None]] = {
    "detach_internet_gateway": network.detach_internet_gateway,
    "detach_vpn_gateway": network.detach_vpn_gateway,
    "disable_batch": services.disable_batch,
    "disassociate_address": network.disassociate_address,
    "disassociate_route_table": network.disassociate_route_table,
    "empty_bucket": buckets.empty_bucket,
    "empty_security_group": network.empty_security_group,
    "empty_zone": services.empty_zone,
    "remove_targets": services.remove_targets,
    "strip_group": people.strip_group,
    "strip_instance_profile": people.strip_instance_profile,
    "strip_policy": people.strip_policy,
    "strip_role": people.strip_role,
    "strip_user": people.strip_user,
}
"""By the name that `Deletion.hook` gives."""
