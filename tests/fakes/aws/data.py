"""Databases, caches, warehouses and streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.aws.network import Networks
from tests.fakes.aws.place import Place

PASSWORD = "correct-horse-battery"


def create(place: Place, networks: Networks, key_arn: str, role_arn: str) -> None:
    """Everything of this family; only the tables outside of the home region."""
    _tables(place, key_arn)
    if place.home:
        _relational(place, networks, key_arn)
        _caches(place, networks)
        _warehouses(place, networks)
        _lake(place, role_arn)
        _streams(place, role_arn)


def _relational(place: Place, networks: Networks, key_arn: str) -> None:
    rds, net = place.client("rds"), networks.first
    rds.create_db_subnet_group(
        DBSubnetGroupName="private",
        DBSubnetGroupDescription="private subnets",
        SubnetIds=list(net.subnets),
        Tags=place.tags("private"),
    )
    rds.create_db_parameter_group(
        DBParameterGroupName="tuned", DBParameterGroupFamily="postgres16", Description="tuned", Tags=place.tags("tuned")
    )
    inside = {"DBSubnetGroupName": "private", "VpcSecurityGroupIds": [net.data_group], "KmsKeyId": key_arn}
    owner = {"MasterUsername": "owner", "MasterUserPassword": PASSWORD, "StorageEncrypted": True}
    for name in place.names("orders", 2):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            AllocatedStorage=20,
            Tags=place.tags(name),
            **inside,
            **owner,
        )
    rds.create_db_snapshot(DBSnapshotIdentifier="before-upgrade", DBInstanceIdentifier="orders-1")
    _relational_clusters(place, {**inside, **owner})


def _relational_clusters(place: Place, settings: Mapping[str, Any]) -> None:
    rds = place.client("rds")
    for name in place.names("ledger", 1):
        rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", Tags=place.tags(name), **settings)
        rds.create_db_instance(
            DBInstanceIdentifier=f"{name}-writer",
            DBInstanceClass="db.r5.large",
            Engine="aurora-postgresql",
            DBClusterIdentifier=name,
        )


def _tables(place: Place, key_arn: str) -> None:
    dynamodb = place.client("dynamodb")
    for name in place.names("table", 4 if place.home else 2):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key_arn},
            Tags=place.tags(name),
        )


def _caches(place: Place, networks: Networks) -> None:
    elasticache, net = place.client("elasticache"), networks.first
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName="caches", CacheSubnetGroupDescription="caches", SubnetIds=list(net.subnets)
    )
    for name in place.names("cache", 2):
        elasticache.create_cache_cluster(
            CacheClusterId=name,
            Engine="redis",
            CacheNodeType="cache.t3.micro",
            NumCacheNodes=1,
            CacheSubnetGroupName="caches",
            SecurityGroupIds=[net.data_group],
            Tags=place.tags(name),
        )


def _warehouses(place: Place, networks: Networks) -> None:
    redshift, net = place.client("redshift"), networks.first
    redshift.create_cluster_subnet_group(
        ClusterSubnetGroupName="warehouses", Description="warehouses", SubnetIds=list(net.subnets)
    )
    for name in place.names("warehouse", 1):
        redshift.create_cluster(
            ClusterIdentifier=name,
            NodeType="ra3.large",
            ClusterType="single-node",
            MasterUsername="owner",
            MasterUserPassword=PASSWORD,
            ClusterSubnetGroupName="warehouses",
            VpcSecurityGroupIds=[net.data_group],
            Tags=place.tags(name),
        )
    opensearch = place.client("opensearch")
    for name in place.names("logs", 1):
        opensearch.create_domain(DomainName=name, EngineVersion="OpenSearch_2.11", TagList=place.tags(name))


def _lake(place: Place, role_arn: str) -> None:
    glue = place.client("glue")
    for name in place.names("lake", 1):
        glue.create_database(DatabaseInput={"Name": name})
        for table in place.names("events", 2):
            glue.create_table(DatabaseName=name, TableInput={"Name": table})
        targets = {"S3Targets": [{"Path": f"s3://{place.label}-{place.region}-1"}]}
        glue.create_crawler(
            Name=f"{name}-crawler", Role=role_arn, DatabaseName=name, Targets=targets, Tags=place.tag_map(name)
        )
    for name in place.names("job", 2):
        command = {"Name": "glueetl", "ScriptLocation": f"s3://{place.label}-{place.region}-1/{name}.py"}
        glue.create_job(Name=name, Role=role_arn, Command=command, Tags=place.tag_map(name))
    for name in place.names("group", 1):
        place.client("athena").create_work_group(Name=name, Description="ad hoc", Tags=place.tags(name))


def _streams(place: Place, role_arn: str) -> None:
    kinesis = place.client("kinesis")
    for name in place.names("clicks", 2):
        kinesis.create_stream(StreamName=name, ShardCount=1)
        kinesis.add_tags_to_stream(StreamName=name, Tags=place.tag_map(name))
    firehose = place.client("firehose")
    for name in place.names("delivery", 1):
        bucket = f"arn:aws:s3:::{place.label}-{place.region}-1"
        firehose.create_delivery_stream(
            DeliveryStreamName=name,
            S3DestinationConfiguration={"RoleARN": role_arn, "BucketARN": bucket},
            Tags=place.tags(name),
        )
