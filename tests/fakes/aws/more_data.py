"""Rarer things that hold data, one of each; only in estates that are as broad as moto goes."""

from __future__ import annotations

import json

from tests.fakes.aws.data import PASSWORD
from tests.fakes.aws.network import Network
from tests.fakes.aws.place import Place


def create(place: Place, net: Network, role_arn: str) -> None:
    """Everything of this family."""
    _relational(place, net, role_arn)
    _caches(place, net)
    _lake(place, net)
    _files(place, net, role_arn)
    _migration(place, net)
    _search(place, role_arn)
    place.client("dynamodb").create_backup(TableName="table-1", BackupName="monthly")
    place.client("backup").create_report_plan(
        ReportPlanName="weekly",
        ReportDeliveryChannel={"S3BucketName": f"{place.label}-{place.region}-1"},
        ReportSetting={"ReportTemplate": "BACKUP_JOB_REPORT"},
    )
    place.client("kafka").create_cluster_v2(
        ClusterName="events",
        Provisioned={
            "BrokerNodeGroupInfo": {"ClientSubnets": list(net.subnets), "InstanceType": "kafka.m5.large"},
            "KafkaVersion": "3.6.0",
            "NumberOfBrokerNodes": 2,
        },
    )


def _relational(place: Place, net: Network, role_arn: str) -> None:
    rds = place.client("rds")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="tuned-cluster", DBParameterGroupFamily="aurora-postgresql16", Description="tuned"
    )
    rds.create_db_proxy(
        DBProxyName="pooler",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": "arn:aws:secretsmanager:us-east-1:1:secret:s"}],
        RoleArn=role_arn,
        VpcSubnetIds=list(net.subnets),
    )
    rds.create_event_subscription(
        SubscriptionName="failovers",
        SnsTopicArn=f"arn:aws:sns:{place.region}:{place.account}:topic-1",
        SourceType="db-instance",
        EventCategories=["failover"],
        Enabled=True,
    )
    rds.create_global_cluster(GlobalClusterIdentifier="planet", Engine="aurora-postgresql")
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="month-end", DBClusterIdentifier="ledger-1")


def _caches(place: Place, net: Network) -> None:
    elasticache = place.client("elasticache")
    elasticache.create_replication_group(
        ReplicationGroupId="sessions",
        ReplicationGroupDescription="sessions",
        Engine="redis",
        CacheNodeType="cache.t3.micro",
        NumCacheClusters=2,
    )
    elasticache.create_user(
        UserId="app", UserName="app", Engine="Redis", AccessString="on ~* +@all", NoPasswordRequired=True
    )
    elasticache.create_snapshot(SnapshotName="evening", CacheClusterId="cache-1")
    memorydb = place.client("memorydb")
    memorydb.create_subnet_group(SubnetGroupName="memory", SubnetIds=list(net.subnets))
    memorydb.create_cluster(
        ClusterName="fast", NodeType="db.t4g.small", ACLName="open-access", SubnetGroupName="memory"
    )
    place.client("dax").create_cluster(
        ClusterName="dax",
        NodeType="dax.t3.small",
        ReplicationFactor=1,
        IamRoleArn=f"arn:aws:iam::{place.account}:role/app-1",
    )
    redshift = place.client("redshift")
    redshift.create_cluster_parameter_group(
        ParameterGroupName="reports", ParameterGroupFamily="redshift-1.0", Description="reports"
    )
    redshift.create_cluster_snapshot(SnapshotIdentifier="quarter", ClusterIdentifier="warehouse-1")


def _lake(place: Place, net: Network) -> None:
    glue = place.client("glue")
    glue.create_trigger(Name="nightly", Type="SCHEDULED", Schedule="cron(0 1 * * ? *)", Actions=[{"JobName": "job-1"}])
    glue.create_connection(
        ConnectionInput={"Name": "orders", "ConnectionType": "JDBC", "ConnectionProperties": {"USERNAME": "reader"}}
    )
    glue.create_registry(RegistryName="schemas")
    glue.create_workflow(Name="month-end")
    place.client("athena").create_data_catalog(Name="hive", Type="HIVE", Parameters={"metadata-function": "f"})
    emr = place.client("emr")
    emr.run_job_flow(
        Name="crunch",
        Instances={"MasterInstanceType": "m5.xlarge", "InstanceCount": 1, "Ec2SubnetId": net.subnets[0]},
        JobFlowRole="app-1",
        ServiceRole="app-2",
    )
    place.client("emr-serverless").create_application(
        name="spark", releaseLabel="emr-7.0.0", type="SPARK", clientToken="1"
    )


def _files(place: Place, net: Network, role_arn: str) -> None:
    fsx = place.client("fsx")
    system = fsx.create_file_system(FileSystemType="LUSTRE", StorageCapacity=1200, SubnetIds=[net.subnets[0]])
    fsx.create_backup(FileSystemId=system["FileSystem"]["FileSystemId"])
    datasync = place.client("datasync")
    locations = [
        datasync.create_location_s3(
            S3BucketArn=f"arn:aws:s3:::{place.label}-{place.region}-{number}",
            S3Config={"BucketAccessRoleArn": role_arn},
        )["LocationArn"]
        for number in (1, 2)
    ]
    datasync.create_task(SourceLocationArn=locations[0], DestinationLocationArn=locations[1], Name="copy")
    place.client("transfer").create_server(Protocols=["SFTP"])


def _migration(place: Place, net: Network) -> None:
    dms = place.client("dms")
    dms.create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier="moves",
        ReplicationSubnetGroupDescription="moves",
        SubnetIds=list(net.subnets),
    )
    instance = dms.create_replication_instance(
        ReplicationInstanceIdentifier="mover", ReplicationInstanceClass="dms.t3.small"
    )["ReplicationInstance"]["ReplicationInstanceArn"]
    ends = [
        dms.create_endpoint(EndpointIdentifier=name, EndpointType=name, EngineName="postgres")["Endpoint"][
            "EndpointArn"
        ]
        for name in ("source", "target")
    ]
    rules = {"rules": [{"rule-type": "selection", "rule-id": "1", "rule-name": "1", "rule-action": "include"}]}
    dms.create_replication_task(
        ReplicationTaskIdentifier="move",
        SourceEndpointArn=ends[0],
        TargetEndpointArn=ends[1],
        ReplicationInstanceArn=instance,
        MigrationType="full-load",
        TableMappings=json.dumps(rules),
    )


def _search(place: Place, role_arn: str) -> None:
    sagemaker = place.client("sagemaker")
    container = {"Image": f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/m:1"}
    sagemaker.create_model(ModelName="ranker", ExecutionRoleArn=role_arn, PrimaryContainer=container)
    variant = {
        "VariantName": "all",
        "ModelName": "ranker",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.t2.medium",
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName="ranker-config", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="ranker-endpoint", EndpointConfigName="ranker-config")
    sagemaker.create_model_package_group(ModelPackageGroupName="rankers")
    sagemaker.create_pipeline(
        PipelineName="train", PipelineDefinition="{}", ClientRequestToken="x" * 32, RoleArn=role_arn
    )
    place.client("mq").create_broker(
        BrokerName="rabbit",
        EngineType="RABBITMQ",
        EngineVersion="3.13",
        DeploymentMode="SINGLE_INSTANCE",
        HostInstanceType="mq.t3.micro",
        PubliclyAccessible=False,
        AutoMinorVersionUpgrade=True,
        Users=[{"Username": "app", "Password": PASSWORD}],
    )
