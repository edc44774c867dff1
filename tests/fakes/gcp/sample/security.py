"""Identities, keys, secrets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.gcp.sample.site import Site
from tests.fakes.gcp.seeding import Seed

VALID = {"validAfterTime": "2026-01-01T00:00:00Z", "validBeforeTime": "9999-12-31T23:59:59Z"}


def create(site: Site) -> Iterator[Seed]:
    """Service accounts with keys, roles, workload identity, encryption keys, secrets, API keys, certificates."""
    yield from _accounts(site)
    yield from _keys(site)
    for name in site.names("secret", 4):
        yield from _secret(site, name)
    restrictions = {"apiTargets": [{"service": "translate.googleapis.com"}]}
    yield site.plain("apikeys", "locations/global/keys/maps", displayName="Maps", restrictions=restrictions, uid="k-1")
    managed = {"domains": ["api.example.com"], "state": "ACTIVE"}
    yield site.labelled("certificatemanager", "locations/global/certificates/api", managed=managed)


def _accounts(site: Site) -> Iterator[Seed]:
    for name in ("app", *site.names("job", 3)):
        email = site.account(name)
        yield site.plain("iam", f"serviceAccounts/{email}", displayName=name, disabled=False)
        for number in (1, 2):
            kind = "SYSTEM_MANAGED" if number == 1 else "USER_MANAGED"
            key = {"keyType": kind, "keyAlgorithm": "KEY_ALG_RSA_2048", "keyOrigin": "GOOGLE_PROVIDED"}
            yield site.plain("iam", f"serviceAccounts/{email}/keys/key{number}", **key, **VALID)
    permissions = ["compute.instances.list", "compute.instances.get"]
    yield site.plain(
        "iam", "roles/viewerOfMachines", title="Viewer of machines", stage="GA", includedPermissions=permissions
    )
    pool = "locations/global/workloadIdentityPools/ci"
    yield site.plain("iam", pool, displayName="CI", state="ACTIVE")
    oidc = {"issuerUri": "https://token.example.com"}
    yield site.plain("iam", f"{pool}/providers/builds", displayName="Builds", state="ACTIVE", oidc=oidc)


def _keys(site: Site) -> Iterator[Seed]:
    for region in site.regions:
        yield site.plain("cloudkms", f"locations/{region}/keyRings/main")
        for name in ("storage", "database"):
            key = site.key(region, name).removeprefix(site.path(""))
            version = {"state": "ENABLED", "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION", "protectionLevel": "SOFTWARE"}
            primary = {"name": f"{site.path(key)}/cryptoKeyVersions/1", **version}
            yield site.labelled("cloudkms", key, purpose="ENCRYPT_DECRYPT", primary=primary, rotationPeriod="7776000s")
            yield site.plain("cloudkms", f"{key}/cryptoKeyVersions/1", **version)


def _secret(site: Site, name: str) -> Iterator[Seed]:
    """Named by the project's number, as Secret Manager does."""
    full = f"projects/{site.number}/secrets/{name}"
    rotation = {"topics": [{"name": site.path("topics/events-1")}]}
    yield site.labelled("secretmanager", f"secrets/{name}", name=full, replication={"automatic": {}}, **rotation)
    for number in ("1", "2"):
        state = "ENABLED" if number == "2" else "DISABLED"
        yield site.plain(
            "secretmanager", f"secrets/{name}/versions/{number}", name=f"{full}/versions/{number}", state=state
        )
