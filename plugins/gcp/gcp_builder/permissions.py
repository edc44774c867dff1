"""The IAM permissions that calls need: `<service>.<resource>.<verb>`, but for the exceptions below.

Google publishes no list that maps methods to permissions; the exceptions are those of its documentation and of its
predefined roles. A custom role with one unknown permission is refused as a whole: a doubtful one is better left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gcp_builder import documents
from gcp_builder.documents import Operation
from resotolib.kinds.kind import Call

_SERVICES = {
    "bigtableadmin": "bigtable",
    "cloudresourcemanager": "resourcemanager",
    "firestore": "datastore",
    "sqladmin": "cloudsql",
}
_VERBS = {
    "aggregated": "list",
    "aggregatedList": "list",
    "partialUpdateInstance": "update",
    "patch": "update",
    "search": "list",
}
_PLACES_WORDS = """
globalAddresses globalForwardingRules globalNetworkEndpointGroups globalOperations globalPublicDelegatedPrefixes
regionBackendServices regionHealthCheckServices regionHealthChecks regionNetworkEndpointGroups
regionNotificationEndpoints regionOperations regionSecurityPolicies regionSslCertificates regionSslPolicies
regionTargetHttpProxies regionTargetHttpsProxies regionTargetTcpProxies regionUrlMaps zoneOperations
"""
_PLACES = frozenset(_PLACES_WORDS.split())
"""Collections of compute with permissions of their own; the others share those of the collection without the place."""

_RESOURCES = {
    "aiplatform.evaluations": "modelEvaluations",
    "aiplatform.experiments": "tensorboardExperiments",
    "aiplatform.runs": "tensorboardRuns",
    "aiplatform.slices": "modelEvaluationSlices",
    "aiplatform.timeSeries": "tensorboardTimeSeries",
    "artifactregistry.dockerImages": "dockerimages",
    "artifactregistry.mavenArtifacts": "mavenartifacts",
    "artifactregistry.npmPackages": "npmpackages",
    "artifactregistry.pythonPackages": "pythonpackages",
    "certificatemanager.certificateIssuanceConfigs": "certissuanceconfigs",
    "certificatemanager.certificateMapEntries": "certmapentries",
    "certificatemanager.certificateMaps": "certmaps",
    "certificatemanager.certificates": "certs",
    "certificatemanager.dnsAuthorizations": "dnsauthorizations",
    "certificatemanager.trustConfigs": "trustconfigs",
    "cloudbuild.bitbucketServerConfigs": "integrations",
    "cloudbuild.githubEnterpriseConfigs": "integrations",
    "cloudbuild.workerPools": "workerpools",
    "cloudkms.proposals": "singleTenantHsmInstanceProposals",
    "composer.userWorkloadsConfigMaps": "userworkloadsconfigmaps",
    "composer.userWorkloadsSecrets": "userworkloadssecrets",
    "compute.networkFirewallPolicies": "firewallPolicies",
    "compute.regionNetworkFirewallPolicies": "regionFirewallPolicies",
    "compute.zoneVmExtensionPolicies": "vmExtensionPolicies",
    "iam.credentials": "oauthClientCredentials",
    "iam.keys": "serviceAccountKeys",
    "iam.managedIdentities": "workloadIdentityPoolManagedIdentities",
    "iam.namespaces": "workloadIdentityPoolNamespaces",
    "iam.providers": "workloadIdentityPoolProviders",
    "logging.metrics": "logMetrics",
    "networksecurity.rules": "gatewaySecurityPolicyRules",
    "securitycenter.muteConfigs": "muteconfigs",
    "securitycenter.notificationConfigs": "notificationconfig",
}
_RULES_OF_NETWORK = "compute.networks.updatePolicy"
_BUCKET_ACCESS = ("storage.buckets.get", "storage.buckets.getIamPolicy")
_BUCKET_ACCESS_CHANGES = (*_BUCKET_ACCESS, "storage.buckets.setIamPolicy", "storage.buckets.update")
_EXACT = {
    "appengine.apps.authorizedCertificates.delete": ("appengine.applications.update",),
    "appengine.apps.authorizedCertificates.get": ("appengine.applications.get",),
    "appengine.apps.authorizedCertificates.list": ("appengine.applications.get",),
    "appengine.apps.domainMappings.delete": ("appengine.applications.update",),
    "appengine.apps.domainMappings.get": ("appengine.applications.get",),
    "appengine.apps.domainMappings.list": ("appengine.applications.get",),
    "bigquery.datasets.list": ("bigquery.datasets.get",),
    "bigquery.models.get": ("bigquery.models.getMetadata",),
    "bigquery.models.patch": ("bigquery.models.updateMetadata",),
    "cloudasset.assets.list": ("cloudasset.assets.listResource",),
    "cloudbilling.billingAccounts.list": ("billing.accounts.list",),
    "cloudbilling.projects.getBillingInfo": ("resourcemanager.projects.get",),
    "cloudbilling.services.list": (),
    "cloudbilling.services.skus.list": (),
    "cloudbuild.projects.triggers.delete": ("cloudbuild.builds.update",),
    "cloudbuild.projects.triggers.get": ("cloudbuild.builds.get",),
    "cloudbuild.projects.triggers.list": ("cloudbuild.builds.list",),
    "cloudresourcemanager.liens.delete": ("resourcemanager.projects.updateLiens",),
    "cloudresourcemanager.liens.get": ("resourcemanager.projects.get",),
    "cloudresourcemanager.liens.list": ("resourcemanager.projects.get",),
    "cloudresourcemanager.tagBindings.delete": (
        "resourcemanager.hierarchyNodes.deleteTagBinding",
        "resourcemanager.tagValueBindings.delete",
    ),
    "cloudresourcemanager.tagBindings.list": ("resourcemanager.hierarchyNodes.listTagBindings",),
    "compute.firewalls.delete": ("compute.firewalls.delete", _RULES_OF_NETWORK),
    "compute.machineImages.setLabels": (),
    "compute.regionSecurityPolicies.setLabels": (),
    "compute.routes.delete": ("compute.routes.delete", _RULES_OF_NETWORK),
    "container.projects.locations.clusters.nodePools.delete": ("container.clusters.update",),
    "container.projects.locations.clusters.nodePools.get": ("container.clusters.get",),
    "container.projects.locations.clusters.nodePools.list": ("container.clusters.get",),
    "container.projects.locations.clusters.setResourceLabels": ("container.clusters.update",),
    "firestore.projects.databases.documents.delete": ("datastore.entities.delete",),
    "firestore.projects.databases.documents.get": ("datastore.entities.get",),
    "firestore.projects.databases.documents.list": ("datastore.entities.get", "datastore.entities.list"),
    "firestore.projects.databases.documents.listCollectionIds": ("datastore.entities.list",),
    "iam.projects.locations.workloadIdentityPools.providers.keys.delete": (
        "iam.workloadIdentityPoolProviderKeys.delete",
    ),
    "iam.projects.locations.workloadIdentityPools.providers.keys.get": ("iam.workloadIdentityPoolProviderKeys.get",),
    "iam.projects.locations.workloadIdentityPools.providers.keys.list": ("iam.workloadIdentityPoolProviderKeys.list",),
    "orgpolicy.projects.policies.get": ("orgpolicy.policy.get",),
    "securitycenter.projects.eventThreatDetectionSettings.customModules.delete": (
        "securitycenter.eventthreatdetectioncustommodules.delete",
    ),
    "securitycenter.projects.eventThreatDetectionSettings.customModules.get": (
        "securitycenter.eventthreatdetectioncustommodules.get",
    ),
    "securitycenter.projects.eventThreatDetectionSettings.customModules.list": (
        "securitycenter.eventthreatdetectioncustommodules.list",
    ),
    "securitycenter.projects.securityHealthAnalyticsSettings.customModules.delete": (
        "securitycenter.securityhealthanalyticscustommodules.delete",
    ),
    "securitycenter.projects.securityHealthAnalyticsSettings.customModules.get": (
        "securitycenter.securityhealthanalyticscustommodules.get",
    ),
    "securitycenter.projects.securityHealthAnalyticsSettings.customModules.list": (
        "securitycenter.securityhealthanalyticscustommodules.list",
    ),
    "spanner.projects.instances.databases.dropDatabase": ("spanner.databases.drop",),
    "sqladmin.operations.list": ("cloudsql.instances.get",),
    "storage.bucketAccessControls.delete": _BUCKET_ACCESS_CHANGES,
    "storage.bucketAccessControls.get": _BUCKET_ACCESS,
    "storage.bucketAccessControls.list": _BUCKET_ACCESS,
    "storage.defaultObjectAccessControls.delete": _BUCKET_ACCESS_CHANGES,
    "storage.defaultObjectAccessControls.get": _BUCKET_ACCESS,
    "storage.defaultObjectAccessControls.list": _BUCKET_ACCESS,
    "storage.notifications.delete": ("storage.buckets.update",),
    "storage.notifications.get": ("storage.buckets.get",),
    "storage.notifications.list": ("storage.buckets.get",),
}
"""Methods whose permission has another name, that need several, or none, or for which none is known."""

_LOCATIONS_WORDS = """
aiplatform artifactregistry batch certificatemanager cloudkms cloudscheduler cloudtasks eventarc memcache run tpu
vpcaccess workflows
"""
_LOCATIONS = frozenset(_LOCATIONS_WORDS.split())
"""Services where finding the places of a project needs a permission."""

_OPERATIONS_WORDS = """
alloydb appengine certificatemanager composer container cloudfunctions datafusion dataproc eventarc file firestore
memcache networkconnectivity networksecurity networkservices notebooks redis run tpu vpcaccess workflows workstations
"""
_OPERATIONS = frozenset(_OPERATIONS_WORDS.split())
"""Services whose operations are watched under a permission `<service>.operations.get`."""


def permissions(calls: Iterable[Call | None]) -> tuple[str, ...]:
    """The permissions for those calls that there are, sorted."""
    return tuple(sorted({name for call in calls if call is not None for name in _of_call(call)}))


def changing(calls: Iterable[Call | None]) -> tuple[str, ...]:
    """The same for calls that change something: in every place that there is, and watched until they are done."""
    found = {name for call in calls if call is not None for name in (*_everywhere(call), *_watching(call.service))}
    return tuple(sorted(found))


def look(call: Call) -> Call | None:
    """The call that looks at a resource before and after it is deleted; None where it is looked up in a list."""
    name = f"{call.operation.rpartition('.')[0]}.get"
    return Call(call.service, name) if name in documents.load(call.service).operations else None


def _of_call(call: Call) -> Iterator[str]:
    yield from (_everywhere(call) if call.operation.endswith(".aggregatedList") else _of(call.service, call.operation))
    if "{$region}" in str(call.params) and call.service in _LOCATIONS:
        yield f"{_SERVICES.get(call.service, call.service)}.locations.list"


def _everywhere(call: Call) -> Iterator[str]:
    """What a method needs, and those that do the same in other places."""
    collection, _, verb = call.operation.rpartition(".")
    document = documents.load(call.service)
    yield from _of(call.service, call.operation)
    for other in documents.alike(document, collection) if call.service == "compute" else ():
        name = f"{other.collection}.{'list' if verb == 'aggregatedList' else verb}"
        if name in document.operations and _belongs_to_a_project(document.operations[name]):
            yield from _of(call.service, name)


def _belongs_to_a_project(operation: Operation) -> bool:
    return operation.template.startswith("projects/")


def _of(service: str, operation: str) -> tuple[str, ...]:
    """The permissions for one method."""
    exact = _EXACT.get(f"{service}.{operation}")
    if exact is not None:
        return exact
    collection, _, verb = operation.rpartition(".")
    resource = collection.rpartition(".")[2]
    named = _RESOURCES.get(f"{service}.{resource}", resource)
    if service == "compute" and named == resource and resource not in _PLACES:
        named = _without_place(resource)
    return (f"{_SERVICES.get(service, service)}.{named}.{_VERBS.get(verb, verb)}",)


def _without_place(resource: str) -> str:
    for place in ("region", "global"):
        rest = resource.removeprefix(place)
        if rest != resource and rest[:1].isupper():
            return rest[0].lower() + rest[1:]
    return resource


def _watching(service: str) -> Iterator[str]:
    if service == "compute":
        yield from (f"compute.{place}Operations.get" for place in ("global", "region", "zone"))
    elif service == "sqladmin":
        yield "cloudsql.instances.get"
    elif service in _OPERATIONS:
        yield f"{_SERVICES.get(service, service)}.operations.get"
