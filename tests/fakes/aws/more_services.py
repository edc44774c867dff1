"""Rarer services for applications and for those who run them, one of each; only in estates as broad as moto goes."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.aws.network import Network
from tests.fakes.aws.place import Place


def create(place: Place, net: Network, role_arn: str) -> None:
    """Everything of this family."""
    _interfaces(place, net)
    _content(place)
    _events(place, role_arn)
    _watch(place, role_arn)
    _recorder(place, role_arn)
    _firewalls(place)
    _builds(place)
    _desks(place, net)
    _containers(place, net, role_arn)
    _small_ones(place)


def _interfaces(place: Place, net: Network) -> None:
    rest = place.client("apigateway")
    api = rest.get_rest_apis()["items"][0]["id"]
    top = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=top, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(restApiId=api, resourceId=top, httpMethod="GET", type="MOCK")
    deployment = rest.create_deployment(restApiId=api)["id"]
    rest.create_stage(restApiId=api, stageName="prod", deploymentId=deployment)
    rest.create_authorizer(
        restApiId=api, name="token", type="TOKEN", authorizerUri="arn:aws:apigateway:x:lambda:path/f"
    )
    rest.create_api_key(name="partner", enabled=True)
    rest.create_usage_plan(name="partners")
    rest.create_domain_name(domainName="api.example.com", certificateName="api")
    rest.create_vpc_link(
        name="inside", targetArns=[f"arn:aws:elasticloadbalancing:{place.region}:1:loadbalancer/net/n/1"]
    )
    http = place.client("apigatewayv2")
    http.create_vpc_link(Name="inside", SubnetIds=list(net.subnets))
    http.create_domain_name(DomainName="http.example.com")
    place.client("appsync").create_graphql_api(name="graph", authenticationType="API_KEY")
    pool = place.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    place.client("cognito-idp").create_group(GroupName="staff", UserPoolId=pool)


def _content(place: Place) -> None:
    cloudfront = place.client("cloudfront")
    origin = {"Id": "site", "DomainName": f"{place.label}-{place.region}-1.s3.amazonaws.com"}
    cloudfront.create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "site",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [{**origin, "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "allow-all",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )
    control: dict[str, Any] = {"Name": "site", "SigningProtocol": "sigv4", "SigningBehavior": "always"}
    cloudfront.create_origin_access_control(
        OriginAccessControlConfig={**control, "OriginAccessControlOriginType": "s3"}
    )
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    text = pem.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    public = cloudfront.create_public_key(PublicKeyConfig={"CallerReference": "1", "Name": "k", "EncodedKey": text})
    cloudfront.create_key_group(KeyGroupConfig={"Name": "signers", "Items": [public["PublicKey"]["Id"]]})


def _events(place: Place, role_arn: str) -> None:
    events = place.client("events")
    bus = f"arn:aws:events:{place.region}:{place.account}:event-bus/default"
    events.create_archive(ArchiveName="all", EventSourceArn=bus)
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "not a secret"}}
    connection = events.create_connection(Name="partner", AuthorizationType="API_KEY", AuthParameters=key)
    events.create_api_destination(
        Name="partner",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint="https://example.com/hook",
        HttpMethod="POST",
    )
    target = {"Arn": f"arn:aws:sqs:{place.region}:{place.account}:queue-1", "RoleArn": role_arn}
    place.client("scheduler").create_schedule(
        Name="hourly", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    place.client("stepfunctions").create_activity(name="approve")
    place.client("sns").create_platform_application(Name="push", Platform="GCM", Attributes={})
    discovery = place.client("servicediscovery")
    namespace = discovery.list_namespaces()["Namespaces"][0]["Id"]
    discovery.create_service(Name="orders", NamespaceId=namespace)


def _watch(place: Place, role_arn: str) -> None:
    place.client("cloudwatch").put_dashboard(DashboardName="overview", DashboardBody=json.dumps({"widgets": []}))
    place.client("cloudwatch").put_insight_rule(RuleName="top", RuleDefinition="{}", RuleState="ENABLED")
    logs = place.client("logs")
    logs.put_metric_filter(
        logGroupName="/app/service-1",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[{"metricName": "errors", "metricNamespace": "app", "metricValue": "1"}],
    )
    stream = f"arn:aws:kinesis:{place.region}:{place.account}:stream/clicks-1"
    logs.put_destination(destinationName="central", targetArn=stream, roleArn=role_arn)
    ssm = place.client("ssm")
    ssm.create_maintenance_window(
        Name="sunday", Schedule="cron(0 4 ? * SUN *)", Duration=2, Cutoff=1, AllowUnassociatedTargets=True
    )
    ssm.create_patch_baseline(Name="servers", OperatingSystem="AMAZON_LINUX_2")
    place.client("synthetics").create_canary(
        Name="probe",
        Code={"Handler": "probe.handler", "ZipFile": b"x"},
        ArtifactS3Location=f"s3://{place.label}-{place.region}-1",
        ExecutionRoleArn=role_arn,
        Schedule={"Expression": "rate(5 minutes)"},
        RuntimeVersion="syn-nodejs-puppeteer-9.0",
    )


def _recorder(place: Place, role_arn: str) -> None:
    config = place.client("config")
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role_arn})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": f"{place.label}-{place.region}-1"})
    source = {"Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}
    config.put_config_rule(ConfigRule={"ConfigRuleName": "versioned", "Source": source})
    accounts = [{"AccountIds": [place.account], "AllAwsRegions": True}]
    config.put_configuration_aggregator(ConfigurationAggregatorName="all", AccountAggregationSources=accounts)


def _firewalls(place: Place) -> None:
    waf = place.client("wafv2")
    waf.create_ip_set(Name="offices", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"])
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "group"}
    waf.create_rule_group(Name="group", Scope="REGIONAL", Capacity=10, VisibilityConfig=visibility)
    waf.create_regex_pattern_set(Name="bots", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "bot"}])
    place.client("acm-pca").create_certificate_authority(
        CertificateAuthorityConfiguration={
            "KeyAlgorithm": "RSA_2048",
            "SigningAlgorithm": "SHA256WITHRSA",
            "Subject": {"CommonName": "ca.example.com"},
        },
        CertificateAuthorityType="ROOT",
    )


def _builds(place: Place) -> None:
    place.client("codedeploy").create_application(applicationName="shop", computePlatform="Server")
    source = {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}
    build = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
    stages = [
        {"name": "Source", "actions": [{"name": "get", "actionTypeId": source}]},
        {"name": "Build", "actions": [{"name": "make", "actionTypeId": build}]},
    ]
    store = {"type": "S3", "location": f"{place.label}-{place.region}-1"}
    trust = {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = place.client("iam").create_role(
        RoleName="releases", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    pipeline = {"name": "release", "roleArn": role, "artifactStore": store, "stages": stages}
    place.client("codepipeline").create_pipeline(pipeline=pipeline)
    beanstalk = place.client("elasticbeanstalk")
    beanstalk.create_application(ApplicationName="legacy")


def _desks(place: Place, net: Network) -> None:
    directories = place.client("ds")
    directory = directories.create_directory(
        Name="corp.example.com",
        Password="Correct-Horse-1",
        Size="Small",
        VpcSettings={"VpcId": net.vpc, "SubnetIds": list(net.subnets)},
    )["DirectoryId"]
    workspaces = place.client("workspaces")
    workspaces.register_workspace_directory(DirectoryId=directory)
    desk = {"DirectoryId": directory, "UserName": "ada", "BundleId": "wsb-123456789"}
    workspaces.create_workspaces(Workspaces=[desk])


def _containers(place: Place, net: Network, role_arn: str) -> None:
    place.client("eks").create_fargate_profile(
        fargateProfileName="batch",
        clusterName="cluster-1",
        podExecutionRoleArn=role_arn,
        subnets=list(net.subnets),
        selectors=[{"namespace": "batch"}],
    )
    batch = place.client("batch")
    batch.register_job_definition(
        jobDefinitionName="crunch",
        type="container",
        containerProperties={"image": "busybox", "vcpus": 1, "memory": 128},
    )
    batch.create_scheduling_policy(name="fair")


def _small_ones(place: Place) -> None:
    everything, production = {"ResourceTypeFilters": ["AWS::AllSupported"]}, [{"Key": "stage", "Values": ["prod"]}]
    query = {"Type": "TAG_FILTERS_1_0", "Query": json.dumps({**everything, "TagFilters": production})}
    place.client("resource-groups").create_group(Name="production", ResourceQuery=query)
    mail = place.client("sesv2")
    mail.create_email_identity(EmailIdentity="shop@example.com")
    mail.create_configuration_set(ConfigurationSetName="shop")
