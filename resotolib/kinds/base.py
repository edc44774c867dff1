"""The provider-neutral kinds: what an instance, a volume or a user is in every cloud.

Names and types of their properties are fixed: searches and dashboards over several clouds are written in them.
"""

from __future__ import annotations

import functools

from resotolib.kinds.kind import Kind, Property

_TABLE = """
resource                id:string name:string tags:map ctime:datetime mtime:datetime atime:datetime
phantom_resource        < resource
graph_root              < phantom_resource
base_cloud              < resource
cloud                   < base_cloud
account                 < resource
region                  < resource
zone                    < resource
quota                   < phantom_resource      quota:double usage:double quota_type:string
type                    < quota
instance_quota          < quota                 instance_type:string
instance_type           < type                  instance_type:string instance_cores:double instance_memory:double
                                                ondemand_cost:double reservations:int64
instance                < resource              instance_cores:double instance_memory:double instance_type:string
                                                instance_status:string
volume_type             < type                  volume_type:string ondemand_cost:double
volume                  < resource              volume_size:int64 volume_type:string volume_status:string
                                                volume_iops:int64 volume_throughput:int64 volume_encrypted:boolean
                                                snapshot_before_delete:boolean
snapshot                < resource              snapshot_status:string description:string volume_id:string
                                                volume_size:int64 encrypted:boolean owner_id:string owner_alias:string
bucket                  < resource
bucket_quota            < quota
keypair                 < resource              fingerprint:string
network                 < resource
network_quota           < quota
database                < resource              db_type:string db_status:string db_endpoint:string db_version:string
                                                db_publicly_accessible:boolean instance_type:string volume_size:int64
                                                volume_iops:int64 volume_encrypted:boolean
load_balancer           < resource              lb_type:string backends:string[]
load_balancer_quota     < quota
subnet                  < resource
gateway                 < resource
gateway_quota           < quota
tunnel                  < resource
security_group          < resource
routing_table           < resource
network_acl             < resource
peering_connection      < resource
endpoint                < resource
network_interface       < resource              network_interface_status:string network_interface_type:string mac:string
                                                private_ips:string[] public_ips:string[] v6_ips:string[]
                                                description:string
user                    < resource
group                   < resource
policy                  < resource
role                    < resource
instance_profile        < resource
access_key              < resource              access_key_status:string
certificate             < resource              expires:datetime
certificate_quota       < quota
stack                   < resource              stack_status:string stack_status_reason:string stack_parameters:map
autoscaling_group       < resource              min_size:int64 max_size:int64
ip_address              < resource              ip_address:string ip_address_family:string
health_check            < resource              check_interval:int64 healthy_threshold:int64 unhealthy_threshold:int64
                                                timeout:int64 health_check_type:string
"""


@functools.cache
def base_kinds() -> tuple[Kind, ...]:
    """All of them, bases before what derives from them. None is collectable."""
    rows: list[list[str]] = []
    for line in _TABLE.strip().splitlines():
        if line.startswith(" "):
            rows[-1] += line.split()
        else:
            rows.append(line.split())
    return tuple(_kind(row) for row in rows)


def _kind(row: list[str]) -> Kind:
    base = row[2:3] if "<" in row else []
    properties = (word.split(":") for word in row if ":" in word)
    return Kind(
        name=row[0],
        bases=tuple(base),
        title=row[0].replace("_", " "),
        properties=tuple(
            Property(name, "dictionary[string, string]" if type_ == "map" else type_) for name, type_ in properties
        ),
    )
