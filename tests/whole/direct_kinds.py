"""Kinds and how to ask the cloud for them directly: service, operation, jmespath of identifiers."""

from __future__ import annotations

from tests.whole.direct import Direct

_USERS = Direct("iam", "list_users", "Users[].UserName")
_EKS = Direct("eks", "list_clusters", "clusters[]")
_ECS = Direct("ecs", "list_clusters", "clusterArns[]")
_BALANCERS = Direct("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn")
_POOLS = Direct("cognito-idp", "list_user_pools", "UserPools[].Id", {"MaxResults": 60})
_LISTENERS = Direct("elbv2", "describe_listeners", "Listeners[].ListenerArn", each={"LoadBalancerArn": _BALANCERS})
_GROUPS = Direct("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[].AutoScalingGroupName")
_SYSTEMS = Direct("efs", "describe_file_systems", "FileSystems[].FileSystemId")
_ZONES = Direct("route53", "list_hosted_zones", "HostedZones[].Id")
_REST = Direct("apigateway", "get_rest_apis", "items[].id")
_BUSES = Direct("events", "list_event_buses", "EventBuses[].Name")
_APPLICATIONS = Direct("codedeploy", "list_applications", "applications[]")
_STORES = Direct("sso-admin", "list_instances", "Instances[].IdentityStoreId")
_DATABASES = Direct("glue", "get_databases", "DatabaseList[].Name")


def _home(service: str, operation: str, ids: str, **params: object) -> Direct:
    return Direct(service, operation, ids, params, everywhere=False)


OWN_NAMES: dict[str, frozenset[str]] = {
    "aws_vpc_quota": frozenset({"vpc_quota"}),
    "aws_ec2_internet_gateway_quota": frozenset({"ec2_internet_gateway_quota"}),
    "aws_elb_quota": frozenset({"elb_quota"}),
    "aws_alb_quota": frozenset({"alb_quota"}),
    "aws_s3_bucket_quota": frozenset({"s3_bucket_quota"}),
    "aws_iam_server_certificate_quota": frozenset({"iam_server_certificate_quota"}),
    "aws_ec2_instance_quota": frozenset({"standard", "g", "p"}),
}
"""Kinds that the cloud has no identifiers for: each account and region has these, whatever else it has."""

DIRECT: dict[str, Direct] = {
    "aws_vpc": Direct("ec2", "describe_vpcs", "Vpcs[].VpcId"),
    "aws_ec2_subnet": Direct("ec2", "describe_subnets", "Subnets[].SubnetId"),
    "aws_ec2_security_group": Direct("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    "aws_ec2_keypair": Direct("ec2", "describe_key_pairs", "KeyPairs[].KeyPairId"),
    "aws_ec2_instance": Direct("ec2", "describe_instances", "Reservations[].Instances[].InstanceId"),
    "aws_ec2_instance_type": Direct(
        "ec2", "describe_instances", "Reservations[].Instances[].InstanceType", distinct=True
    ),
    "aws_ec2_volume": Direct("ec2", "describe_volumes", "Volumes[].VolumeId"),
    "aws_ec2_volume_type": Direct("ec2", "describe_volumes", "Volumes[].VolumeType", distinct=True),
    "aws_ec2_snapshot": Direct("ec2", "describe_snapshots", "Snapshots[].SnapshotId", {"OwnerIds": ["self"]}),
    "aws_ec2_image": Direct("ec2", "describe_images", "Images[].ImageId", {"Owners": ["self"]}),
    "aws_ec2_elastic_ip": Direct("ec2", "describe_addresses", "Addresses[].AllocationId"),
    "aws_ec2_network_interface": Direct("ec2", "describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"),
    "aws_ec2_network_acl": Direct("ec2", "describe_network_acls", "NetworkAcls[].NetworkAclId"),
    "aws_ec2_internet_gateway": Direct("ec2", "describe_internet_gateways", "InternetGateways[].InternetGatewayId"),
    "aws_ec2_nat_gateway": Direct("ec2", "describe_nat_gateways", "NatGateways[].NatGatewayId"),
    "aws_ec2_route_table": Direct("ec2", "describe_route_tables", "RouteTables[].RouteTableId"),
    "aws_vpc_peering_connection": Direct(
        "ec2", "describe_vpc_peering_connections", "VpcPeeringConnections[].VpcPeeringConnectionId"
    ),
    "aws_vpc_endpoint": Direct("ec2", "describe_vpc_endpoints", "VpcEndpoints[].VpcEndpointId"),
    "aws_ec2_launch_template": Direct("ec2", "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"),
    "aws_elb": Direct("elb", "describe_load_balancers", "LoadBalancerDescriptions[].LoadBalancerName"),
    "aws_alb": Direct("elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerName"),
    "aws_alb_target_group": Direct("elbv2", "describe_target_groups", "TargetGroups[].TargetGroupName"),
    "aws_alb_listener": _LISTENERS,
    "aws_autoscaling_group": Direct(
        "autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups[].AutoScalingGroupName"
    ),
    "aws_s3_bucket": _home("s3", "list_buckets", "Buckets[].Name"),
    "aws_iam_role": _home("iam", "list_roles", "Roles[].RoleId"),
    "aws_iam_user": _home("iam", "list_users", "Users[].UserId"),
    "aws_iam_group": _home("iam", "list_groups", "Groups[].GroupId"),
    "aws_iam_policy": _home("iam", "list_policies", "Policies[].PolicyId", Scope="Local"),
    "aws_iam_instance_profile": _home("iam", "list_instance_profiles", "InstanceProfiles[].InstanceProfileId"),
    "aws_iam_access_key": Direct(
        "iam", "list_access_keys", "AccessKeyMetadata[].AccessKeyId", each={"UserName": _USERS}, everywhere=False
    ),
    "aws_iam_server_certificate": _home(
        "iam", "list_server_certificates", "ServerCertificateMetadataList[].ServerCertificateId"
    ),
    "aws_cloudformation_stack": Direct("cloudformation", "describe_stacks", "Stacks[].StackName"),
    "aws_eks_cluster": _EKS,
    "aws_eks_nodegroup": Direct("eks", "list_nodegroups", "nodegroups[]", each={"clusterName": _EKS}),
    "aws_cloudwatch_alarm": Direct("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "aws_rds_instance": Direct("rds", "describe_db_instances", "DBInstances[].DBInstanceIdentifier"),
    "aws_rds_cluster": Direct("rds", "describe_db_clusters", "DBClusters[].DBClusterIdentifier"),
    "aws_kms_key": Direct("kms", "list_keys", "Keys[].KeyId"),
    "aws_lambda_function": Direct("lambda", "list_functions", "Functions[].FunctionName"),
    "aws_sns_topic": Direct("sns", "list_topics", "Topics[].TopicArn", last=":"),
    "aws_sqs_queue": Direct("sqs", "list_queues", "QueueUrls[]"),
    "aws_ec2_egress_only_internet_gateway": Direct(
        "ec2", "describe_egress_only_internet_gateways", "EgressOnlyInternetGateways[].EgressOnlyInternetGatewayId"
    ),
    "aws_ec2_customer_gateway": Direct("ec2", "describe_customer_gateways", "CustomerGateways[].CustomerGatewayId"),
    "aws_ec2_vpn_gateway": Direct("ec2", "describe_vpn_gateways", "VpnGateways[].VpnGatewayId"),
    "aws_ec2_vpn_connection": Direct("ec2", "describe_vpn_connections", "VpnConnections[].VpnConnectionId"),
    "aws_ec2_transit_gateway": Direct("ec2", "describe_transit_gateways", "TransitGateways[].TransitGatewayId"),
    "aws_ec2_transit_gateway_vpc_attachment": Direct(
        "ec2", "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments[].TransitGatewayAttachmentId"
    ),
    "aws_ec2_transit_gateway_route_table": Direct(
        "ec2", "describe_transit_gateway_route_tables", "TransitGatewayRouteTables[].TransitGatewayRouteTableId"
    ),
    "aws_ec2_dhcp_options": Direct("ec2", "describe_dhcp_options", "DhcpOptions[].DhcpOptionsId"),
    "aws_ec2_managed_prefix_list": Direct(
        "ec2", "describe_managed_prefix_lists", "PrefixLists[?OwnerId!='AWS'].PrefixListId"
    ),
    "aws_ec2_flow_log": Direct("ec2", "describe_flow_logs", "FlowLogs[].FlowLogId"),
    "aws_ec2_host": Direct("ec2", "describe_hosts", "Hosts[].HostId"),
    "aws_ec2_spot_instance_request": Direct(
        "ec2", "describe_spot_instance_requests", "SpotInstanceRequests[].SpotInstanceRequestId"
    ),
    "aws_ec2_spot_fleet_request": Direct(
        "ec2", "describe_spot_fleet_requests", "SpotFleetRequestConfigs[].SpotFleetRequestId"
    ),
    "aws_ec2_fleet": Direct("ec2", "describe_fleets", "Fleets[].FleetId"),
    "aws_ec2_carrier_gateway": Direct("ec2", "describe_carrier_gateways", "CarrierGateways[].CarrierGatewayId"),
    "aws_ec2_traffic_mirror_filter": Direct(
        "ec2", "describe_traffic_mirror_filters", "TrafficMirrorFilters[].TrafficMirrorFilterId"
    ),
    "aws_ec2_traffic_mirror_target": Direct(
        "ec2", "describe_traffic_mirror_targets", "TrafficMirrorTargets[].TrafficMirrorTargetId"
    ),
    "aws_ec2_vpc_endpoint_service": Direct(
        "ec2", "describe_vpc_endpoint_service_configurations", "ServiceConfigurations[].ServiceId"
    ),
    "aws_alb_listener_rule": Direct("elbv2", "describe_rules", "Rules[].RuleArn", each={"ListenerArn": _LISTENERS}),
    "aws_autoscaling_launch_configuration": Direct(
        "autoscaling", "describe_launch_configurations", "LaunchConfigurations[].LaunchConfigurationName"
    ),
    "aws_autoscaling_policy": Direct("autoscaling", "describe_policies", "ScalingPolicies[].PolicyARN"),
    "aws_autoscaling_lifecycle_hook": Direct(
        "autoscaling",
        "describe_lifecycle_hooks",
        "LifecycleHooks[].LifecycleHookName",
        each={"AutoScalingGroupName": _GROUPS},
    ),
    "aws_iam_open_id_connect_provider": Direct(
        "iam", "list_open_id_connect_providers", "OpenIDConnectProviderList[].Arn", everywhere=False
    ),
    "aws_iam_saml_provider": Direct("iam", "list_saml_providers", "SAMLProviderList[].Arn", everywhere=False),
    "aws_iam_virtual_mfa_device": Direct(
        "iam", "list_virtual_mfa_devices", "VirtualMFADevices[].SerialNumber", everywhere=False
    ),
    "aws_cloudformation_stack_set": Direct("cloudformation", "list_stack_sets", "Summaries[].StackSetId"),
    "aws_eks_fargate_profile": Direct(
        "eks", "list_fargate_profiles", "fargateProfileNames[]", each={"clusterName": _EKS}
    ),
    "aws_cloudwatch_dashboard": Direct(
        "cloudwatch", "list_dashboards", "DashboardEntries[].DashboardName", everywhere=False
    ),
    "aws_cloudwatch_insight_rule": Direct("cloudwatch", "describe_insight_rules", "InsightRules[].Name"),
    "aws_rds_snapshot": Direct("rds", "describe_db_snapshots", "DBSnapshots[].DBSnapshotIdentifier"),
    "aws_rds_cluster_snapshot": Direct(
        "rds", "describe_db_cluster_snapshots", "DBClusterSnapshots[].DBClusterSnapshotIdentifier"
    ),
    "aws_rds_subnet_group": Direct("rds", "describe_db_subnet_groups", "DBSubnetGroups[].DBSubnetGroupName"),
    "aws_rds_parameter_group": Direct(
        "rds", "describe_db_parameter_groups", "DBParameterGroups[].DBParameterGroupName"
    ),
    "aws_rds_cluster_parameter_group": Direct(
        "rds", "describe_db_cluster_parameter_groups", "DBClusterParameterGroups[].DBClusterParameterGroupName"
    ),
    "aws_rds_proxy": Direct("rds", "describe_db_proxies", "DBProxies[].DBProxyName"),
    "aws_rds_event_subscription": Direct(
        "rds", "describe_event_subscriptions", "EventSubscriptionsList[].CustSubscriptionId"
    ),
    "aws_rds_global_cluster": Direct("rds", "describe_global_clusters", "GlobalClusters[].GlobalClusterIdentifier"),
    "aws_kms_alias": Direct("kms", "list_aliases", "Aliases[].AliasName"),
    "aws_lambda_event_source_mapping": Direct("lambda", "list_event_source_mappings", "EventSourceMappings[].UUID"),
    "aws_lambda_layer": Direct("lambda", "list_layers", "Layers[].LayerName"),
    "aws_sns_subscription": Direct("sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    "aws_sns_platform_application": Direct(
        "sns", "list_platform_applications", "PlatformApplications[].PlatformApplicationArn"
    ),
    "aws_cloudwatch_log_group": Direct("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "aws_cloudwatch_metric_filter": Direct("logs", "describe_metric_filters", "metricFilters[].filterName"),
    "aws_cloudwatch_log_destination": Direct("logs", "describe_destinations", "destinations[].destinationName"),
    "aws_secretsmanager_secret": Direct("secretsmanager", "list_secrets", "SecretList[].ARN"),
    "aws_ssm_parameter": Direct("ssm", "describe_parameters", "Parameters[].Name"),
    "aws_ssm_document": Direct(
        "ssm", "list_documents", "DocumentIdentifiers[].Name", {"Filters": [{"Key": "Owner", "Values": ["Self"]}]}
    ),
    "aws_ssm_maintenance_window": Direct("ssm", "describe_maintenance_windows", "WindowIdentities[].WindowId"),
    "aws_ssm_patch_baseline": Direct(
        "ssm",
        "describe_patch_baselines",
        "BaselineIdentities[].BaselineId",
        {"Filters": [{"Key": "OWNER", "Values": ["Self"]}]},
    ),
    "aws_dynamodb_table": Direct("dynamodb", "list_tables", "TableNames[]"),
    "aws_dynamodb_backup": Direct("dynamodb", "list_backups", "BackupSummaries[].BackupArn"),
    "aws_elasticache_cache_cluster": Direct("elasticache", "describe_cache_clusters", "CacheClusters[].CacheClusterId"),
    "aws_elasticache_replication_group": Direct(
        "elasticache", "describe_replication_groups", "ReplicationGroups[].ReplicationGroupId"
    ),
    "aws_elasticache_subnet_group": Direct(
        "elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups[].CacheSubnetGroupName"
    ),
    "aws_elasticache_snapshot": Direct("elasticache", "describe_snapshots", "Snapshots[].SnapshotName"),
    "aws_elasticache_user": Direct("elasticache", "describe_users", "Users[].UserId"),
    "aws_redshift_cluster": Direct("redshift", "describe_clusters", "Clusters[].ClusterIdentifier"),
    "aws_redshift_subnet_group": Direct(
        "redshift", "describe_cluster_subnet_groups", "ClusterSubnetGroups[].ClusterSubnetGroupName"
    ),
    "aws_redshift_parameter_group": Direct(
        "redshift", "describe_cluster_parameter_groups", "ParameterGroups[].ParameterGroupName"
    ),
    "aws_redshift_snapshot": Direct("redshift", "describe_cluster_snapshots", "Snapshots[].SnapshotIdentifier"),
    "aws_ecs_cluster": Direct("ecs", "list_clusters", "clusterArns[]"),
    "aws_ecs_service": Direct("ecs", "list_services", "serviceArns[]", each={"cluster": _ECS}),
    "aws_ecs_task_definition": Direct("ecs", "list_task_definitions", "taskDefinitionArns[]"),
    "aws_ecs_container_instance": Direct(
        "ecs", "list_container_instances", "containerInstanceArns[]", each={"cluster": _ECS}
    ),
    "aws_ecs_task": Direct("ecs", "list_tasks", "taskArns[]", each={"cluster": _ECS}),
    "aws_ecr_repository": Direct("ecr", "describe_repositories", "repositories[].repositoryName"),
    "aws_efs_file_system": Direct("efs", "describe_file_systems", "FileSystems[].FileSystemId"),
    "aws_efs_access_point": Direct("efs", "describe_access_points", "AccessPoints[].AccessPointId"),
    "aws_efs_mount_target": Direct(
        "efs", "describe_mount_targets", "MountTargets[].MountTargetId", each={"FileSystemId": _SYSTEMS}
    ),
    "aws_route53_zone": Direct("route53", "list_hosted_zones", "HostedZones[].Id", everywhere=False, last="/"),
    "aws_route53_resource_record_set": Direct(
        "route53",
        "list_resource_record_sets",
        "ResourceRecordSets[].join(' ', [Name, Type])",
        each={"HostedZoneId": _ZONES},
        everywhere=False,
    ),
    "aws_route53_health_check": Direct("route53", "list_health_checks", "HealthChecks[].Id", everywhere=False),
    "aws_route53resolver_endpoint": Direct("route53resolver", "list_resolver_endpoints", "ResolverEndpoints[].Id"),
    "aws_route53resolver_rule": Direct("route53resolver", "list_resolver_rules", "ResolverRules[].Id"),
    "aws_route53resolver_query_log_config": Direct(
        "route53resolver", "list_resolver_query_log_configs", "ResolverQueryLogConfigs[].Id"
    ),
    "aws_cloudfront_distribution": Direct(
        "cloudfront", "list_distributions", "DistributionList.Items[].Id", everywhere=False
    ),
    "aws_cloudfront_origin_access_control": Direct(
        "cloudfront", "list_origin_access_controls", "OriginAccessControlList.Items[].Id", everywhere=False
    ),
    "aws_cloudfront_key_group": Direct(
        "cloudfront", "list_key_groups", "KeyGroupList.Items[].KeyGroup.Id", everywhere=False
    ),
    "aws_cloudfront_public_key": Direct("cloudfront", "list_public_keys", "PublicKeyList.Items[].Id", everywhere=False),
    "aws_cloudtrail_trail": Direct("cloudtrail", "describe_trails", "trailList[].Name", {"includeShadowTrails": False}),
    "aws_config_recorder": Direct("config", "describe_configuration_recorders", "ConfigurationRecorders[].name"),
    "aws_config_rule": Direct("config", "describe_config_rules", "ConfigRules[].ConfigRuleId"),
    "aws_config_delivery_channel": Direct("config", "describe_delivery_channels", "DeliveryChannels[].name"),
    "aws_config_aggregator": Direct(
        "config", "describe_configuration_aggregators", "ConfigurationAggregators[].ConfigurationAggregatorName"
    ),
    "aws_acm_certificate": Direct("acm", "list_certificates", "CertificateSummaryList[].CertificateArn"),
    "aws_acm_pca_certificate_authority": Direct(
        "acm-pca", "list_certificate_authorities", "CertificateAuthorities[].Arn"
    ),
    "aws_apigateway_rest_api": Direct("apigateway", "get_rest_apis", "items[].id"),
    "aws_apigateway_stage": Direct("apigateway", "get_stages", "item[].stageName", each={"restApiId": _REST}),
    "aws_apigateway_deployment": Direct("apigateway", "get_deployments", "items[].id", each={"restApiId": _REST}),
    "aws_apigateway_authorizer": Direct("apigateway", "get_authorizers", "items[].id", each={"restApiId": _REST}),
    "aws_apigateway_resource": Direct("apigateway", "get_resources", "items[].id", each={"restApiId": _REST}),
    "aws_apigateway_api_key": Direct("apigateway", "get_api_keys", "items[].id"),
    "aws_apigateway_usage_plan": Direct("apigateway", "get_usage_plans", "items[].id"),
    "aws_apigateway_vpc_link": Direct("apigateway", "get_vpc_links", "items[].id"),
    "aws_apigateway_domain_name": Direct("apigateway", "get_domain_names", "items[].domainName"),
    "aws_apigatewayv2_api": Direct("apigatewayv2", "get_apis", "Items[].ApiId"),
    "aws_apigatewayv2_vpc_link": Direct("apigatewayv2", "get_vpc_links", "Items[].VpcLinkId"),
    "aws_apigatewayv2_domain_name": Direct("apigatewayv2", "get_domain_names", "Items[].DomainName"),
    "aws_cognito_user_pool": Direct("cognito-idp", "list_user_pools", "UserPools[].Id", {"MaxResults": 60}),
    "aws_cognito_user_pool_client": Direct(
        "cognito-idp",
        "list_user_pool_clients",
        "UserPoolClients[].ClientId",
        {"MaxResults": 60},
        each={"UserPoolId": _POOLS},
    ),
    "aws_cognito_group": Direct("cognito-idp", "list_groups", "Groups[].GroupName", each={"UserPoolId": _POOLS}),
    "aws_cognito_identity_pool": Direct(
        "cognito-identity", "list_identity_pools", "IdentityPools[].IdentityPoolId", {"MaxResults": 60}
    ),
    "aws_glue_database": Direct("glue", "get_databases", "DatabaseList[].Name"),
    "aws_glue_table": Direct("glue", "get_tables", "TableList[].Name", each={"DatabaseName": _DATABASES}),
    "aws_glue_crawler": Direct("glue", "get_crawlers", "Crawlers[].Name"),
    "aws_glue_job": Direct("glue", "get_jobs", "Jobs[].Name"),
    "aws_glue_trigger": Direct("glue", "get_triggers", "Triggers[].Name"),
    "aws_glue_connection": Direct("glue", "get_connections", "ConnectionList[].Name", {"HidePassword": True}),
    "aws_glue_registry": Direct("glue", "list_registries", "Registries[].RegistryArn"),
    "aws_glue_workflow": Direct("glue", "list_workflows", "Workflows[]"),
    "aws_athena_work_group": Direct("athena", "list_work_groups", "WorkGroups[].Name"),
    "aws_athena_data_catalog": Direct("athena", "list_data_catalogs", "DataCatalogsSummary[].CatalogName"),
    "aws_kinesis_stream": Direct("kinesis", "list_streams", "StreamNames[]"),
    "aws_firehose_delivery_stream": Direct("firehose", "list_delivery_streams", "DeliveryStreamNames[]"),
    "aws_kafka_cluster": Direct("kafka", "list_clusters_v2", "ClusterInfoList[].clusterArn"),
    "aws_stepfunctions_state_machine": Direct(
        "stepfunctions", "list_state_machines", "stateMachines[].stateMachineArn"
    ),
    "aws_stepfunctions_activity": Direct("stepfunctions", "list_activities", "activities[].activityArn"),
    "aws_events_event_bus": Direct("events", "list_event_buses", "EventBuses[].Name"),
    "aws_events_rule": Direct("events", "list_rules", "Rules[].Arn", each={"EventBusName": _BUSES}),
    "aws_events_archive": Direct("events", "list_archives", "Archives[].ArchiveName"),
    "aws_events_connection": Direct("events", "list_connections", "Connections[].Name"),
    "aws_events_api_destination": Direct("events", "list_api_destinations", "ApiDestinations[].Name"),
    "aws_scheduler_schedule": Direct("scheduler", "list_schedules", "Schedules[].Arn"),
    "aws_scheduler_schedule_group": Direct("scheduler", "list_schedule_groups", "ScheduleGroups[].Name"),
    "aws_codebuild_project": Direct("codebuild", "list_projects", "projects[]"),
    "aws_codepipeline_pipeline": Direct("codepipeline", "list_pipelines", "pipelines[].name"),
    "aws_codedeploy_application": Direct(
        "codedeploy",
        "batch_get_applications",
        "applicationsInfo[].applicationId",
        each={"applicationNames[]": _APPLICATIONS},
    ),
    "aws_backup_plan": Direct("backup", "list_backup_plans", "BackupPlansList[].BackupPlanId"),
    "aws_backup_vault": Direct("backup", "list_backup_vaults", "BackupVaultList[].BackupVaultName"),
    "aws_backup_report_plan": Direct("backup", "list_report_plans", "ReportPlans[].ReportPlanName"),
    "aws_batch_compute_environment": Direct(
        "batch", "describe_compute_environments", "computeEnvironments[].computeEnvironmentName"
    ),
    "aws_batch_job_queue": Direct("batch", "describe_job_queues", "jobQueues[].jobQueueName"),
    "aws_batch_job_definition": Direct("batch", "describe_job_definitions", "jobDefinitions[].jobDefinitionArn"),
    "aws_batch_scheduling_policy": Direct("batch", "list_scheduling_policies", "schedulingPolicies[].arn"),
    "aws_beanstalk_application": Direct("elasticbeanstalk", "describe_applications", "Applications[].ApplicationName"),
    "aws_beanstalk_environment": Direct("elasticbeanstalk", "describe_environments", "Environments[].EnvironmentId"),
    "aws_emr_cluster": Direct("emr", "list_clusters", "Clusters[].Id"),
    "aws_emr_serverless_application": Direct("emr-serverless", "list_applications", "applications[].id"),
    "aws_opensearch_domain": Direct("opensearch", "list_domain_names", "DomainNames[].DomainName"),
    "aws_guardduty_detector": Direct("guardduty", "list_detectors", "DetectorIds[]"),
    "aws_wafv2_web_acl": Direct("wafv2", "list_web_acls", "WebACLs[].Id", {"Scope": "REGIONAL"}),
    "aws_wafv2_ip_set": Direct("wafv2", "list_ip_sets", "IPSets[].Id", {"Scope": "REGIONAL"}),
    "aws_wafv2_rule_group": Direct("wafv2", "list_rule_groups", "RuleGroups[].Id", {"Scope": "REGIONAL"}),
    "aws_wafv2_regex_pattern_set": Direct(
        "wafv2", "list_regex_pattern_sets", "RegexPatternSets[].Id", {"Scope": "REGIONAL"}
    ),
    "aws_sagemaker_notebook_instance": Direct(
        "sagemaker", "list_notebook_instances", "NotebookInstances[].NotebookInstanceName"
    ),
    "aws_sagemaker_model": Direct("sagemaker", "list_models", "Models[].ModelName"),
    "aws_sagemaker_endpoint": Direct("sagemaker", "list_endpoints", "Endpoints[].EndpointName"),
    "aws_sagemaker_endpoint_config": Direct(
        "sagemaker", "list_endpoint_configs", "EndpointConfigs[].EndpointConfigName"
    ),
    "aws_sagemaker_domain": Direct("sagemaker", "list_domains", "Domains[].DomainId"),
    "aws_sagemaker_pipeline": Direct("sagemaker", "list_pipelines", "PipelineSummaries[].PipelineName"),
    "aws_sagemaker_model_package_group": Direct(
        "sagemaker", "list_model_package_groups", "ModelPackageGroupSummaryList[].ModelPackageGroupName"
    ),
    "aws_servicediscovery_namespace": Direct("servicediscovery", "list_namespaces", "Namespaces[].Id"),
    "aws_servicediscovery_service": Direct("servicediscovery", "list_services", "Services[].Id"),
    "aws_workspaces_workspace": Direct("workspaces", "describe_workspaces", "Workspaces[].WorkspaceId"),
    "aws_workspaces_directory": Direct("workspaces", "describe_workspace_directories", "Directories[].DirectoryId"),
    "aws_ds_directory": Direct("ds", "describe_directories", "DirectoryDescriptions[].DirectoryId"),
    "aws_fsx_file_system": Direct("fsx", "describe_file_systems", "FileSystems[].FileSystemId"),
    "aws_fsx_backup": Direct("fsx", "describe_backups", "Backups[].BackupId"),
    "aws_dms_replication_instance": Direct(
        "dms", "describe_replication_instances", "ReplicationInstances[].ReplicationInstanceIdentifier"
    ),
    "aws_dms_replication_task": Direct(
        "dms", "describe_replication_tasks", "ReplicationTasks[].ReplicationTaskIdentifier"
    ),
    "aws_dms_endpoint": Direct("dms", "describe_endpoints", "Endpoints[].EndpointIdentifier"),
    "aws_dms_replication_subnet_group": Direct(
        "dms", "describe_replication_subnet_groups", "ReplicationSubnetGroups[].ReplicationSubnetGroupIdentifier"
    ),
    "aws_datasync_task": Direct("datasync", "list_tasks", "Tasks[].TaskArn"),
    "aws_datasync_location": Direct("datasync", "list_locations", "Locations[].LocationArn"),
    "aws_transfer_server": Direct("transfer", "list_servers", "Servers[].ServerId"),
    "aws_mq_broker": Direct("mq", "list_brokers", "BrokerSummaries[].BrokerId"),
    "aws_memorydb_cluster": Direct("memorydb", "describe_clusters", "Clusters[].Name"),
    "aws_memorydb_subnet_group": Direct("memorydb", "describe_subnet_groups", "SubnetGroups[].Name"),
    "aws_dax_cluster": Direct("dax", "describe_clusters", "Clusters[].ClusterName"),
    "aws_glacier_vault": Direct("glacier", "list_vaults", "VaultList[].VaultName", {"accountId": "-"}),
    "aws_appsync_graphql_api": Direct("appsync", "list_graphql_apis", "graphqlApis[].apiId"),
    "aws_resourcegroups_group": Direct("resource-groups", "list_groups", "Groups[].Name"),
    "aws_ses_email_identity": Direct("sesv2", "list_email_identities", "EmailIdentities[].IdentityName"),
    "aws_ses_configuration_set": Direct("sesv2", "list_configuration_sets", "ConfigurationSets[]"),
    "aws_directconnect_connection": Direct("directconnect", "describe_connections", "connections[].connectionId"),
    "aws_directconnect_lag": Direct("directconnect", "describe_lags", "lags[].lagId"),
    "aws_network_firewall": Direct("network-firewall", "list_firewalls", "Firewalls[].FirewallArn"),
    "aws_vpc_lattice_service_network": Direct("vpc-lattice", "list_service_networks", "items[].id"),
    "aws_vpc_lattice_service": Direct("vpc-lattice", "list_services", "items[].id"),
    "aws_vpc_lattice_target_group": Direct("vpc-lattice", "list_target_groups", "items[].id"),
    "aws_synthetics_canary": Direct("synthetics", "describe_canaries", "Canaries[].Id"),
    "aws_appmesh_mesh": Direct("appmesh", "list_meshes", "meshes[].meshName"),
    "aws_sso_instance": Direct("sso-admin", "list_instances", "Instances[].InstanceArn"),
    "aws_identitystore_user": Direct(
        "identitystore", "list_users", "Users[].UserId", each={"IdentityStoreId": _STORES}
    ),
}
