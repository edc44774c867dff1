"""Which kinds may be deleted."""

from __future__ import annotations

_NAMES = """
    gcp_address gcp_alloydb_cluster gcp_alloydb_instance gcp_apikeys_key gcp_appengine_service
    gcp_appengine_version gcp_artifact_repository gcp_autoscaler gcp_backend_bucket gcp_backend_service
    gcp_batch_job gcp_bigquery_dataset gcp_bigquery_model gcp_bigquery_routine gcp_bigquery_table
    gcp_bigtable_cluster gcp_bigtable_instance gcp_bigtable_table gcp_bucket gcp_certificatemanager_certificate
    gcp_certificatemanager_certificate_map gcp_cloud_function gcp_cloudbuild_trigger gcp_cloudscheduler_job
    gcp_cloudtasks_queue gcp_composer_environment gcp_container_cluster gcp_container_node_pool
    gcp_cross_site_network gcp_datafusion_instance gcp_dataproc_cluster gcp_disk gcp_dns_managed_zone
    gcp_dns_policy gcp_dns_record_set gcp_dns_response_policy gcp_eventarc_trigger gcp_external_vpn_gateway
    gcp_filestore_backup gcp_filestore_instance gcp_filestore_instance_snapshot gcp_firestore_backup
    gcp_firestore_database gcp_firestore_document gcp_firewall gcp_firewall_policy gcp_forwarding_rule
    gcp_future_reservation gcp_health_check gcp_health_check_service gcp_http_health_check gcp_https_health_check
    gcp_iam_role gcp_iam_service_account gcp_iam_service_account_key gcp_iam_workload_identity_pool
    gcp_iam_workload_identity_pool_provider gcp_image gcp_instance gcp_instance_group gcp_instance_group_manager
    gcp_instance_template gcp_instant_snapshot gcp_interconnect gcp_interconnect_attachment
    gcp_interconnect_attachment_group gcp_interconnect_group gcp_kms_crypto_key gcp_kms_crypto_key_version
    gcp_kms_key_ring gcp_license gcp_lien gcp_logging_bucket gcp_logging_metric gcp_logging_sink
    gcp_machine_image gcp_memcache_instance gcp_monitoring_alert_policy gcp_monitoring_notification_channel
    gcp_monitoring_uptime_check gcp_network gcp_network_attachment gcp_network_edge_security_service
    gcp_network_endpoint_group gcp_node_group gcp_node_template gcp_notebooks_instance gcp_notification_endpoint
    gcp_object gcp_packet_mirroring gcp_public_advertised_prefix gcp_public_delegated_prefix gcp_pubsub_schema
    gcp_pubsub_snapshot gcp_pubsub_subscription gcp_pubsub_topic gcp_redis_cluster gcp_redis_instance
    gcp_reservation gcp_resource_policy gcp_route gcp_router gcp_run_job gcp_run_service gcp_secret
    gcp_security_policy gcp_service_attachment gcp_snapshot gcp_spanner_database gcp_spanner_instance
    gcp_sql_backup_run gcp_sql_database gcp_sql_database_instance gcp_sql_user gcp_ssl_certificate gcp_ssl_policy
    gcp_storage_hmac_key gcp_storage_pool gcp_subnetwork gcp_tag_key gcp_tag_value gcp_target_grpc_proxy
    gcp_target_http_proxy gcp_target_https_proxy gcp_target_instance gcp_target_pool gcp_target_ssl_proxy
    gcp_target_tcp_proxy gcp_target_vpn_gateway gcp_tpu_node gcp_url_map gcp_vertex_ai_batch_prediction_job
    gcp_vertex_ai_custom_job gcp_vertex_ai_dataset gcp_vertex_ai_dataset_version gcp_vertex_ai_endpoint
    gcp_vertex_ai_feature gcp_vertex_ai_feature_group gcp_vertex_ai_featurestore
    gcp_vertex_ai_hyperparameter_tuning_job gcp_vertex_ai_index gcp_vertex_ai_index_endpoint gcp_vertex_ai_model
    gcp_vertex_ai_model_deployment_monitoring_job gcp_vertex_ai_pipeline_job gcp_vertex_ai_schedule
    gcp_vertex_ai_tensorboard gcp_vertex_ai_training_pipeline gcp_vpcaccess_connector gcp_vpn_gateway
    gcp_vpn_tunnel gcp_workflow
"""

DELETABLE: frozenset[str] = frozenset(_NAMES.split())
"""Kinds whose deletion has been seen to delete that resource and nothing else, and be noticed: by a test for each.

What the catalogue says of all others is derived from Google's documents, and right nearly always: not enough here.
`gcp_operation` stays out: what is deleted is the record of an operation, and what it does goes on.
"""
