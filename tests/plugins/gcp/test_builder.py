"""The builder: the catalogues in the repository are what it makes, and each derivation does what it says."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from gcp_builder import catalogues, documents, everything, identity, listing, permissions, relations, secret, words
from gcp_builder.assemble import build
from gcp_builder.links import Member, Nouns
from gcp_builder.members import candidates
from gcp_builder.options import OPTIONS
from gcp_builder.shapes import Typing
from resoto_plugin_gcp import kinds

from resotolib.errors import ModelError
from resotolib.kinds import table
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import Call, EdgeRule, Kind, Property
from resotolib.kinds.table import Line

PLACE = "projects.locations"
KEYS = f"{PLACE}.keyRings.cryptoKeys"


def made(tmp_path: Path, text: str, *frozen: Kind) -> list[Kind]:
    path = tmp_path / "small.tbl"
    path.write_text(text)
    return build(table.read(path, OPTIONS), kinds.known_kinds(), frozen).kinds


def differing(built: Iterable[Kind], known: Catalogue) -> list[str]:
    """Names of kinds that are not the same in both."""
    new = Catalogue(built)
    names = {kind.name for kind in (*new, *known)}
    return sorted(name for name in names if new.get(name) != known.get(name))


def test_the_catalogues_are_what_the_builder_makes() -> None:
    default, full = Catalogue.load(kinds.PATH), Catalogue.load(kinds.FULL)

    made = catalogues.make(default, full)

    assert differing(made.default, default) == []
    assert differing(made.full, full) == []
    assert list(made.methods) == list(kinds.load_methods().values())


def test_one_line_makes_a_kind(tmp_path: Path) -> None:
    (kind,) = made(tmp_path, "[compute]\ngcp_address addresses.aggregatedList\n")

    assert kind.reading is not None
    assert kind.reading.list == Call(
        "compute", "addresses.aggregatedList", {"project": "$account"}, "items.*.addresses[]"
    )
    assert kind.identity is not None
    assert (kind.identity.id, kind.identity.arn, kind.identity.ctime) == ("id", "selfLink", "creationTimestamp")
    assert kind.tags is not None
    assert kind.tags.update == Call(
        "compute", "addresses.setLabels", {"labels": "$tags", "labelFingerprint": "$reported.label_fingerprint"}
    )
    assert kind.deletion is not None
    assert kind.deletion.call == Call("compute", "addresses.delete")
    assert kind.permissions["collect"] == ("compute.addresses.list", "compute.globalAddresses.list")
    assert Property("address_type", "string", "addressType") in kind.properties
    assert kind.text == "Represents an IP Address resource."


@pytest.mark.parametrize(
    ("line", "name", "arn"),
    [
        ("[pubsub]\ngcp_topic projects.topics.list\n", "name/", "name"),
        ("[dns]\ngcp_zone_x managedZones.list\n", "name", "projects/{$account}/managedZones/{$name}"),
        ("[storage]\ngcp_bucket buckets.list\n", "name", "selfLink"),
    ],
)
def test_links_are_found_or_put_together(tmp_path: Path, line: str, name: str, arn: str) -> None:
    (kind,) = made(tmp_path, line)

    assert kind.identity is not None
    assert (kind.identity.name, kind.identity.arn) == (name, arn)


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("[iam]\ngcp_p projects.locations.oauthClients.list", ("p_state", ("DELETED",))),
        ("[apikeys]\ngcp_p projects.locations.keys.list", ("p_delete_time", ("*",))),
        ("[cloudbuild]\ngcp_p projects.locations.workerPools.list", ("p_state", ("DELETED",))),
        ("[iam]\ngcp_p projects.roles.list gone=p_deleted:true,yes", ("p_deleted", ("true", "yes"))),
        ("[pubsub]\ngcp_p projects.topics.list", ("", ())),
    ],
)
def test_what_says_that_a_resource_is_only_remembered(
    tmp_path: Path, line: str, gone: tuple[str, tuple[str, ...]]
) -> None:
    (kind,) = made(tmp_path, f"{line} noun=p\n" if "gone" not in line else line.replace(" gone", " noun=p gone"))

    assert kind.deletion is not None
    assert (kind.deletion.gone_property, kind.deletion.gone) == gone


def test_what_is_listed_below_a_parent_is_named_below_it(tmp_path: Path) -> None:
    text = "[dns]\ngcp_dns_zone managedZones.list\ngcp_dns_key dnsKeys.list parent=gcp_dns_zone\n"
    _, kind = made(tmp_path, text)

    assert kind.reading is not None
    assert kind.reading.list is not None
    assert kind.reading.list.params == {}
    assert kind.identity is not None
    assert kind.identity.arn == "{$parent.arn}/dnsKeys/{$id}"


def test_edges_lead_to_the_kinds_that_there_are(tmp_path: Path) -> None:
    alone = made(tmp_path, "[compute]\ngcp_subnetwork subnetworks.aggregatedList\n")
    text = "[compute]\ngcp_subnetwork subnetworks.aggregatedList\ngcp_network networks.list\n"
    with_network, _ = made(tmp_path, text)

    assert alone[0].edges == ()
    assert with_network.edges == (EdgeRule("gcp_network", "network", "arn", delete="this_first"),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[compute]\ngcp_x networks.list nope=1\n", "small.tbl:2.*'nope=1' is no option"),
        ("[compute]\ngcp_x networks.list\n  ? what\n", "small.tbl:3.*neither a property nor an edge"),
        ("[compute]\ngcp_x nets.list\n", "compute.nets.list.*no such method"),
        ("[mars]\ngcp_x rovers.list\n", "mars.*no discovery document"),
        ("[compute]\ngcp_x networks.list\n  net_x = Nope\n", "small.tbl:2.*Nope"),
        ("[compute]\ngcp_x reservationBlocks.list\n", "small.tbl:2.*needs params= or parent="),
        ("[compute]\ngcp_x - \n", "small.tbl:2.*say like="),
        ("[compute]\ngcp_x sslCertificates.list\n  key = privateKey\n", "small.tbl:2.*secret"),
    ],
)
def test_what_the_table_gets_wrong_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        made(tmp_path, text)


def test_names_that_were_given_stay(tmp_path: Path) -> None:
    text = "[redis]\ngcp_redis_cluster projects.locations.clusters.list noun=cluster\n"
    before = made(tmp_path, text)
    first = "[container]\ngcp_container_cluster projects.locations.clusters.list noun=cluster arn=selfLink\n"
    after = made(tmp_path, first + text, *before)

    assert after[1].properties == before[0].properties


@pytest.mark.parametrize(
    ("noun", "member", "name"),
    [
        ("instance", "cpuPlatform", "instance_cpu_platform"),
        ("instance", "instanceEncryptionKey", "instance_encryption_key"),
        ("target_http_proxy", "proxyBind", "target_http_proxy_bind"),
        ("ssl_certificate", "certificate", "ssl_certificate_certificate"),
    ],
)
def test_the_noun_is_not_doubled(noun: str, member: str, name: str) -> None:
    assert candidates("compute", noun, member)[0] == name


def test_a_name_that_is_taken_gets_the_service_in_front() -> None:
    wanted = candidates("redis", "redis_cluster", "clusterEndpoints")

    assert wanted == [
        "redis_cluster_endpoints",
        "redis_cluster_cluster_endpoints",
        "gcp_redis_cluster_cluster_endpoints",
    ]
    assert candidates("compute", "instance", "status")[1:] == ["compute_instance_status", "gcp_compute_instance_status"]


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("machineType", "machine_type"),
        ("natIP", "nat_ip"),
        ("IPAddress", "ip_address"),
        ("IPv4Range", "ipv4_range"),
        ("externalIPs", "external_ips"),
        ("enableCDN", "enable_cdn"),
        ("k8sBetaAPIConfig", "k8s_beta_api_config"),
    ],
)
def test_snake_case(name: str, snake: str) -> None:
    assert words.snake(name) == snake


@pytest.mark.parametrize(
    ("many", "one"), [("policies", "policy"), ("addresses", "address"), ("indexes", "index"), ("status", "status")]
)
def test_singular(many: str, one: str) -> None:
    assert words.singular(many) == one


@pytest.mark.parametrize(
    ("schema", "bare"),
    [("GoogleCloudRunV2Service", "Service"), ("GoogleFirestoreAdminV1Database", "Database"), ("Disk", "Disk")],
)
def test_schemas_lose_the_name_of_their_api(schema: str, bare: str) -> None:
    assert words.bare(schema) == bare


@pytest.mark.parametrize(
    ("service", "operation", "path"),
    [
        ("compute", "disks.aggregatedList", "items.*.disks[]"),
        ("compute", "regionNotificationEndpoints.aggregatedList", "items.*.resources[]"),
        ("iam", "projects.serviceAccounts.list", "accounts[]"),
        ("dns", "resourceRecordSets.list", "rrsets[]"),
    ],
)
def test_items_are_found_in_an_answer(service: str, operation: str, path: str) -> None:
    document = documents.load(service)
    assert listing.items(document, document.operation(operation)) == path


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("pubsub", "projects.topics.list", {"project": "projects/{$account}"}),
        ("redis", "projects.locations.instances.list", {"parent": "projects/{$account}/locations/-"}),
        ("run", "projects.locations.jobs.list", {"parent": "projects/{$account}/locations/{$region}"}),
        ("dataproc", "projects.regions.clusters.list", {"projectId": "$account", "region": "$region"}),
        ("storage", "buckets.list", {"project": "$account"}),
    ],
)
def test_parameters_of_lists(service: str, operation: str, params: dict[str, str]) -> None:
    call = listing.call(documents.load(service), Line("gcp_x", service, operation, "here"))
    assert call is not None
    assert call.params == params


@pytest.mark.parametrize(
    ("service", "schema", "member", "hidden"),
    [
        ("compute", "CustomerEncryptionKey", "rawKey", True),
        ("compute", "CustomerEncryptionKey", "kmsKeyName", False),
        ("compute", "Instance", "metadata", True),
        ("sqladmin", "User", "password", True),
        ("redis", "AuthToken", "token", True),
        ("compute", "Router", "md5AuthenticationKeys", True),
        ("container", "NodeConfig", "metadata", True),
        ("storage", "Object", "metadata", False),
        ("sqladmin", "User", "passwordPolicy", False),
        ("run", "GoogleCloudRunV2Container", "env", True),
        ("cloudfunctions", "ServiceConfig", "environmentVariables", True),
        ("container", "MasterAuth", "clusterCaCertificate", False),
    ],
)
def test_secrets_are_told_from_their_names(service: str, schema: str, member: str, *, hidden: bool) -> None:
    document = documents.load(service)
    part = document.members({"$ref": schema})[member]
    assert secret.is_secret(document, member, part) is hidden


def test_a_structure_that_would_be_cut_is_left_out_when_it_holds_a_secret() -> None:
    typing = Typing(documents.load("run"))
    template = typing.document.members({"$ref": "GoogleCloudRunV2Service"})["template"]

    one = typing.property("template", template)

    assert one is not None
    assert "containers" not in {inner.name for inner in typing.shapes[one.type].properties}
    assert "containers.*" in typing.dropped


@pytest.mark.parametrize(
    ("service", "schema", "member", "type_"),
    [
        ("compute", "Disk", "sizeGb", "int64"),
        ("compute", "Disk", "lastAttachTimestamp", "datetime"),
        ("compute", "Disk", "labelFingerprint", None),
        ("compute", "ForwardingRule", "pscConnectionId", "string"),
        ("compute", "Quota", "limit", "double"),
        ("compute", "Disk", "licenses", "string[]"),
        ("secretmanager", "Secret", "annotations", "dictionary[string, string]"),
        ("compute", "Instance", "scheduling", "gcp_compute_scheduling_shape"),
    ],
)
def test_types(service: str, schema: str, member: str, type_: str | None) -> None:
    document = documents.load(service)
    assert Typing(document).type(member, document.members({"$ref": schema})[member]) == type_


@pytest.mark.parametrize(
    ("service", "path", "meant"),
    [
        ("compute", "subnetwork", {"gcp_subnetwork"}),
        ("run", "vpc_network", {"gcp_network"}),
        ("compute", "health_check", {"gcp_health_check", "gcp_http_health_check", "gcp_https_health_check"}),
        ("pubsub", "dead_letter_topic", {"gcp_pubsub_topic"}),
        ("sqladmin", "kms_key", {"gcp_kms_crypto_key", "gcp_kms_crypto_key_version"}),
        ("run", "instance", set()),
        ("compute", "zone", set()),
    ],
)
def test_what_the_name_of_a_member_means(service: str, path: str, meant: set[str]) -> None:
    nouns = Nouns(kinds.load_catalogue(False))  # the default set
    assert set(nouns.meant(service, Member(path, tuple(path.split("_"))))) == meant


def test_relations_speak_of_kinds_that_there_are() -> None:
    named = {name for pair in (*relations.FLOW, *relations.WITHOUT) for name in pair} | set(relations.ORDER)
    named |= {name for names in (*relations.EVERYWHERE.values(), *relations.SPECIAL.values()) for name in names}
    named |= {name for name, _ in relations.SPECIAL} | set(relations.MATCHES)

    assert {name for name in named if name not in kinds.load_catalogue()} == set()


@pytest.mark.parametrize(
    ("service", "operation", "names"),
    [
        ("compute", "regionDisks.delete", ("compute.disks.delete",)),
        ("compute", "regionUrlMaps.delete", ("compute.regionUrlMaps.delete",)),
        ("compute", "regionNetworkFirewallPolicies.list", ("compute.regionFirewallPolicies.list",)),
        ("firestore", "projects.databases.list", ("datastore.databases.list",)),
        ("iam", "projects.serviceAccounts.keys.list", ("iam.serviceAccountKeys.list",)),
        ("cloudkms", f"{KEYS}.cryptoKeyVersions.destroy", ("cloudkms.cryptoKeyVersions.destroy",)),
        ("composer", f"{PLACE}.environments.userWorkloadsSecrets.delete", ("composer.userworkloadssecrets.delete",)),
        ("orgpolicy", "projects.policies.get", ("orgpolicy.policy.get",)),
        ("storage", "notifications.delete", ("storage.buckets.update",)),
        ("cloudbilling", "services.list", ()),
    ],
)
def test_permissions_of_methods(service: str, operation: str, names: tuple[str, ...]) -> None:
    assert permissions.permissions([Call(service, operation)]) == names


@pytest.mark.parametrize(
    ("service", "operation", "name"),
    [
        ("firestore", "projects.databases.delete", "datastore.operations.get"),
        ("networksecurity", f"{PLACE}.urlLists.delete", "networksecurity.operations.get"),
    ],
)
def test_operations_are_watched_with_a_permission(service: str, operation: str, name: str) -> None:
    assert name in permissions.changing([Call(service, operation)])


def test_what_makes_no_kind_is_told_with_the_reason() -> None:
    lines = table.read(kinds.TABLE, OPTIONS)
    found = everything.find(lines, [*kinds.known_kinds(), *Catalogue.load(kinds.PATH)])

    assert len(found.left_out) < 20
    assert "identifies" in found.left_out["compute.imageViews.list"]
    assert "parent" in found.left_out["firestore.projects.databases.collectionGroups.indexes.list"]


def test_ids_are_members_called_like_what_is_listed() -> None:
    document = documents.load("composer")
    operation = document.operation("projects.locations.imageVersions.list")
    members = document.members(listing.element(document, operation, "imageVersions[]"))

    who = identity.find(Line("gcp_x", "composer", operation.name, "here"), document, members, operation)

    assert who.id == "imageVersionId"
