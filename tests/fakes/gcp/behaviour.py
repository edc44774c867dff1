"""What methods do, told by their names: Google calls the same thing the same name in most services."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.fakes.gcp import actions, assets, deleting, listing, operations, writing
from tests.fakes.gcp.call import Call
from tests.fakes.gcp.document import Method
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json

Handler = Callable[[Call], Json]

SPECIAL: Mapping[str, Handler] = {
    "cloudasset.assets.list": assets.list_assets,
    "cloudasset.searchAllResources": assets.search,
    "firestore.projects.databases.documents.listCollectionIds": actions.collection_ids,
    "iamcredentials.projects.serviceAccounts.generateAccessToken": actions.generate_token,
    "pubsub.projects.topics.subscriptions.list": actions.subscribers,
    "serviceusage.services.enable": actions.switch_service,
    "storage.projects.hmacKeys.delete": deleting.delete_key,
    "compute.globalVmExtensionPolicies.delete": deleting.delete_everywhere,
    "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy": deleting.destroy,
    "sql.users.delete": deleting.delete_user,
    "serviceusage.services.disable": actions.switch_service,
    "compute.instances.setDeletionProtection": actions.protect,
    "compute.instances.start": actions.set_status,
    "compute.instances.stop": actions.set_status,
    "compute.instances.suspend": actions.set_status,
    "compute.instances.resume": actions.set_status,
    "compute.networks.removePeering": actions.remove_peering,
    "compute.networkFirewallPolicies.removeAssociation": actions.remove_association,
    "compute.regionNetworkFirewallPolicies.removeAssociation": actions.remove_association,
}
"""Methods that are like no other, by id."""

NAMED: Mapping[str, Handler] = {
    "getIamPolicy": lambda _: {"etag": "ACAB", "version": 1},
    "testIamPermissions": actions.permitted,
    "setLabels": writing.set_labels,
    "setResourceLabels": writing.set_labels,
    "resourceLabels": writing.set_labels,
    "insert": writing.create,
    "create": writing.create,
}
"""Methods of one meaning in all services, by name."""

USUAL: Sequence[tuple[Callable[[Method], bool], Handler]] = (
    (operations.is_reader, lambda call: call.state.operations.read(call)),
    (lambda method: method.is_aggregated, listing.list_aggregated),
    (lambda method: method.is_list, listing.list_resources),
    (lambda method: method.http == "POST" and method.name.startswith("Create"), writing.create),
    (lambda method: method.http == "DELETE", deleting.delete),
    (lambda method: method.http in ("PATCH", "PUT"), writing.change),
    (
        lambda method: method.http == "GET",
        lambda call: writing.wrapped(call, call.store.find(call.service, call.name).body),
    ),
)
"""All others: the first that fits."""


def act(call: Call) -> Json:
    """Do what the method says. Raises ApiError: Google's where Google would, 501 for what is not known here."""
    handler = SPECIAL.get(call.method.id) or NAMED.get(call.method.name)
    handler = handler or next((usual for fits, usual in USUAL if fits(call.method)), None)
    if handler is None:
        raise ApiError(501, f"The test server does not know what {call.method.id} does.")
    return handler(call)
