"""Databases, buckets, files, analytics."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample import networks
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import Seed


def create(site: Site) -> Iterator[Seed]:
    """Buckets, SQL, caches, file shares, BigQuery, Spanner, Bigtable, Firestore, AlloyDB."""
    yield from _buckets(site)
    for name in site.names("sql", 2):
        yield from _sql(site, name)
    yield from _bigquery(site)
    yield from _caches(site)
    yield from _others(site)


def _buckets(site: Site) -> Iterator[Seed]:
    for name in ("static", *site.names("data", 4)):
        body: Json = {"location": site.home.upper(), "locationType": "region", "storageClass": "STANDARD"}
        body |= {"labels": site.labels(name), "projectNumber": site.number, "versioning": {"enabled": name == "data-1"}}
        body |= {"encryption": {"defaultKmsKeyName": site.key(site.home)}}
        bucket = f"b/{site.project}-{name}"
        yield Seed("storage", bucket, body, site.project)
        if name != "data-1":
            item = {"bucket": bucket[2:], "size": "1024", "storageClass": "STANDARD", "contentType": "text/plain"}
            yield Seed("storage", f"{bucket}/o/readme.txt", item, site.project)
    hmac = {"accessId": "GOOG1EXAMPLE", "serviceAccountEmail": site.account("app"), "state": "ACTIVE"}
    yield site.plain("storage", "hmacKeys/GOOG1EXAMPLE", projectId=site.project, **hmac)


def _sql(site: Site, name: str) -> Iterator[Seed]:
    yield _server(site, name)
    owned = {"instance": name, "project": site.project}
    yield site.plain("sqladmin", f"instances/{name}/databases/app", charset="UTF8", **owned)
    yield site.plain("sqladmin", f"instances/{name}/users/app", type="BUILT_IN", **owned)
    backup = {"id": "1767322800000", "status": "SUCCESSFUL", "type": "AUTOMATED", "instance": name}
    yield site.plain("sqladmin", f"instances/{name}/backupRuns/1767322800000", **backup)


def _server(site: Site, name: str) -> Seed:
    addresses = {"ipv4Enabled": False, "privateNetwork": site.path(networks.NETWORK)}
    settings = {
        "tier": "db-custom-2-7680",
        "userLabels": site.labels(name),
        "dataDiskSizeGb": "20",
        "dataDiskType": "PD_SSD",
        "ipConfiguration": addresses,
        "availabilityType": "ZONAL",
        "activationPolicy": "ALWAYS",
        "deletionProtectionEnabled": False,
    }
    return site.plain(
        "sqladmin",
        f"instances/{name}",
        state="RUNNABLE",
        databaseVersion="POSTGRES_16",
        region=site.home,
        gceZone=site.zone,
        project=site.project,
        settings=settings,
        connectionName=f"{site.project}:{site.home}:{name}",
        instanceType="CLOUD_SQL_INSTANCE",
        backendType="SECOND_GEN",
        diskEncryptionConfiguration={"kmsKeyName": site.key(site.home, "database")},
    )


def _bigquery(site: Site) -> Iterator[Seed]:
    for name in site.names("sales_", 2):
        dataset = f"datasets/{name.replace('-', '')}"
        key = {"kmsKeyName": site.key(site.home)}
        times = {"creationTime": "1767322800000", "lastModifiedTime": "1767322800000"}
        yield site.labelled("bigquery", dataset, location="US", defaultEncryptionConfiguration=key, **times)
        for table in site.names("orders_", 2):
            size = {"numRows": "100", "numBytes": "4096", "type": "TABLE", "creationTime": "1767322800000"}
            yield site.labelled("bigquery", f"{dataset}/tables/{table.replace('-', '')}", **size)
        yield site.plain("bigquery", f"{dataset}/routines/total", routineType="SCALAR_FUNCTION", language="SQL")


def _caches(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}/instances"
    network = site.path(networks.NETWORK)
    yield site.labelled(
        "redis", f"{where}/sessions", tier="BASIC", memorySizeGb=1, authorizedNetwork=network, state="READY"
    )
    node = {"cpuCount": 1, "memorySizeMb": 1024}
    yield site.labelled(
        "memcache", f"{where}/pages", nodeCount=1, nodeConfig=node, authorizedNetwork=network, state="READY"
    )
    share = [{"name": "share1", "capacityGb": "1024"}]
    body = {"tier": "BASIC_HDD", "state": "READY", "fileShares": share, "networks": [{"network": "main"}]}
    yield site.labelled("file", f"locations/{site.zone}/instances/files", **body)
    source = site.path(f"locations/{site.zone}/instances/files")
    backup = {"sourceInstance": source, "sourceFileShare": "share1", "state": "READY"}
    yield site.labelled("file", f"locations/{site.home}/backups/files-1", **backup)


def _others(site: Site) -> Iterator[Seed]:
    config = site.path(f"instanceConfigs/regional-{site.home}")
    yield site.labelled("spanner", "instances/ledger", displayName="Ledger", config=config, nodeCount=1, state="READY")
    yield site.plain("spanner", "instances/ledger/databases/main", state="READY")
    yield site.labelled("bigtableadmin", "instances/events", displayName="Events", type="PRODUCTION", state="READY")
    cluster = {"location": site.path(f"locations/{site.zone}"), "serveNodes": 1, "state": "READY"}
    yield site.plain("bigtableadmin", "instances/events/clusters/one", **cluster)
    yield site.plain("bigtableadmin", "instances/events/tables/clicks", granularity="MILLIS")
    native = {"locationId": "nam5", "type": "FIRESTORE_NATIVE", "deleteProtectionState": "DELETE_PROTECTION_DISABLED"}
    yield site.plain("firestore", "databases/(default)", uid="u-1", **native)
    cluster_name = f"locations/{site.home}/clusters/analytics"
    network = {"network": site.path(networks.NETWORK)}
    yield site.labelled("alloydb", cluster_name, state="READY", databaseVersion="POSTGRES_16", networkConfig=network)
    yield site.labelled("alloydb", f"{cluster_name}/instances/primary", state="READY", instanceType="PRIMARY")
