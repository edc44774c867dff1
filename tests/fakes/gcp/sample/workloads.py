"""Containers, functions, services, pipelines and models."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample import networks
from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed

VERSION = "1.33.1-gke.100"


def create(site: Site) -> Iterator[Seed]:
    """GKE, Cloud Run, functions, workflows, App Engine, Dataproc, Composer, Vertex AI, builds, images."""
    for name in site.names("cluster", 2):
        yield from _cluster(site, name)
    yield from _serverless(site)
    yield from _pipelines(site)
    yield from _models(site)
    yield from _app_engine(site)


def _cluster(site: Site, name: str) -> Iterator[Seed]:
    cluster = f"locations/{site.home}/clusters/{name}"
    network = site.path(networks.NETWORK)
    config = {"network": network, "subnetwork": site.path(networks.subnet(site.home))}
    node = {"machineType": "e2-medium", "diskSizeGb": 50, "serviceAccount": site.account("app")}
    size = {"initialNodeCount": 3, "status": "RUNNING", "version": VERSION}
    pools = [{"name": pool, "config": node, **size} for pool in site.names("pool", 2)]
    yield site.plain(
        "container",
        cluster,
        status="RUNNING",
        location=site.home,
        locations=site.zones[:2],
        network="main",
        subnetwork="main-1",
        networkConfig=config,
        resourceLabels=site.labels(name),
        labelFingerprint="a1b2c3d4",
        currentMasterVersion=VERSION,
        currentNodeVersion=VERSION,
        endpoint="203.0.113.9",
        nodePools=pools,
        databaseEncryption={"state": "ENCRYPTED", "keyName": site.key(site.home)},
    )
    for pool in pools:
        yield site.plain("container", f"{cluster}/nodePools/{pool['name']}", **pool)


def _serverless(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}"
    connector = {"network": "main", "ipCidrRange": "10.8.0.0/28", "state": "READY"}
    yield site.plain("vpcaccess", f"{where}/connectors/egress", **connector)
    secret = {"valueSource": {"secretKeyRef": {"secret": site.path("secrets/secret-1"), "version": "latest"}}}
    image = f"{site.home}-docker.pkg.dev/{site.project}/images/web:1"
    template = {
        "serviceAccount": site.account("app"),
        "vpcAccess": {"connector": site.path(f"{where}/connectors/egress")},
        "containers": [{"image": image, "env": [{"name": "TOKEN", **secret}]}],
    }
    for name in site.names("api", 3):
        yield site.labelled("run", f"{where}/services/{name}", template=template, uri=f"https://{name}.example.com")
        revision = {"service": site.path(f"{where}/services/{name}"), "serviceAccount": site.account("app")}
        yield site.labelled("run", f"{where}/services/{name}/revisions/{name}-00001", **revision)
    yield from _functions(site)
    task = {"template": {"serviceAccount": site.account("job-1"), "containers": [{"image": image}]}}
    yield site.labelled("run", f"{where}/jobs/nightly", template=task)


def _functions(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}"
    for name in site.names("resize", 2):
        run = {"serviceAccountEmail": site.account("app"), "service": site.path(f"{where}/services/api-1")}
        trigger = {
            "eventType": "google.cloud.pubsub.topic.v1.messagePublished",
            "pubsubTopic": site.path("topics/events-1"),
        }
        body = {
            "state": "ACTIVE",
            "environment": "GEN_2",
            "buildConfig": {"runtime": "python312", "entryPoint": "main"},
        }
        yield site.labelled(
            "cloudfunctions", f"{where}/functions/{name}", serviceConfig=run, eventTrigger=trigger, **body
        )
    flow = {"state": "ACTIVE", "serviceAccount": site.path(f"serviceAccounts/{site.account('app')}")}
    yield site.labelled(
        "workflows", f"{where}/workflows/order", sourceContents="main: {}", revisionId="000001-a1b", **flow
    )


def _pipelines(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}"
    for name in ("images", "packages"):
        form = "DOCKER" if name == "images" else "PYTHON"
        key = site.key(site.home)
        yield site.labelled(
            "artifactregistry", f"{where}/repositories/{name}", format=form, sizeBytes="2048", kmsKeyName=key
        )
    machine = {"zoneUri": site.link(f"zones/{site.zone}"), "networkUri": site.link(networks.NETWORK)}
    dataproc = {
        "clusterName": "spark",
        "clusterUuid": "c-1",
        "projectId": site.project,
        "config": {"gceClusterConfig": machine},
    }
    yield site.labelled("dataproc", f"regions/{site.home}/clusters/spark", status={"state": "RUNNING"}, **dataproc)
    nodes = {"network": site.path(networks.NETWORK), "serviceAccount": site.account("app")}
    composer = {"nodeConfig": nodes, "nodeCount": 3}
    yield site.labelled("composer", f"{where}/environments/flows", state="RUNNING", config=composer, uuid="c-1")
    push = {"name": "app", "owner": "example", "push": {"branch": "^main$"}}
    trigger = {"id": "t-1", "name": "on-push", "github": push, "disabled": False}
    yield site.plain("cloudbuild", f"{where}/triggers/t-1", **trigger)


def _models(site: Site) -> Iterator[Seed]:
    where = f"locations/{site.home}"
    key = {"kmsKeyName": site.key(site.home)}
    model = site.path(f"{where}/models/4001")
    yield site.labelled("aiplatform", f"{where}/datasets/3001", displayName="clicks", encryptionSpec=key)
    yield site.labelled("aiplatform", f"{where}/models/4001", displayName="ranker", versionId="1")
    deployed = [{"id": "1", "model": model, "displayName": "ranker"}]
    network = f"projects/{site.number}/global/networks/main"
    yield site.labelled(
        "aiplatform", f"{where}/endpoints/5001", displayName="rank", deployedModels=deployed, network=network
    )


def _app_engine(site: Site) -> Iterator[Seed]:
    app = f"apps/{site.project}"
    yield Seed("appengine", app, {"id": site.project, "locationId": "us-central", "servingStatus": "SERVING"})
    yield Seed("appengine", f"{app}/services/default", {"id": "default", "split": {"allocations": {"v1": 1}}})
    version = {"id": "v1", "runtime": "python312", "env": "standard", "servingStatus": "SERVING"}
    yield Seed("appengine", f"{app}/services/default/versions/v1", version)
