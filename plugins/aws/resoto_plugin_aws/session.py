"""The SDK for one account: credentials that renew themselves, and clients that are kept."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any
from weakref import WeakSet

import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, DeferredRefreshableCredentials
from botocore.useragent import UserAgentString

from resoto_plugin_aws import clients
from resoto_plugin_aws.answers import listen
from resoto_plugin_aws.errors import translate
from resoto_plugin_aws.models import models
from resoto_plugin_aws.pace import Retry
from resotolib.collect.pace import Pace
from resotolib.errors import CollectError

CLIENTS_KEPT = 160
"""Clients of one account that are kept at a time; each holds about 32 kB and a few connections."""

CONNECT_TIMEOUT = 10
READ_TIMEOUT = 60
PATIENCE = 60.0


@functools.cache
def home_regions() -> Mapping[str, str]:
    """The region of each partition where its global services are called, as the SDK's partition data has it."""
    partitions = models().load_data("partitions")["partitions"]
    return {partition["id"]: partition["outputs"]["implicitGlobalRegion"] for partition in partitions}


def sdk_session(profile: str = "") -> botocore.session.Session:
    """A session of the SDK with the credential chain of `profile`, or of the environment."""
    session = botocore.session.Session(profile=profile or None)
    session.register_component("data_loader", models())
    return session


class RoleCredentials(CredentialProvider):  # type: ignore[misc]  # the SDK ships no types
    """Gives a session the credentials of a role, taken anew before they expire."""

    METHOD = "assume-role"

    def __init__(self, take: Callable[[], Mapping[str, str]]) -> None:
        super().__init__()
        self._take = take

    def load(self) -> DeferredRefreshableCredentials:
        """Credentials that are fetched when they are first used."""
        return DeferredRefreshableCredentials(refresh_using=self._take, method=self.METHOD)


def role_session(take: Callable[[], Mapping[str, str]]) -> botocore.session.Session:
    """A session of the SDK whose credentials `take` returns: access_key, secret_key, token, expiry_time (ISO)."""
    session = sdk_session()
    session.register_component("credential_provider", CredentialResolver([RoleCredentials(take)]))
    return session


class AccountSession:
    """The SDK for one account. May be used from any number of threads; closed by `with`.

    `role` is the name of the role it acts in, "" for own credentials. `home` is the region for global services.
    """

    def __init__(
        self,
        sdk: botocore.session.Session,
        account: str,
        partition: str,
        *,
        role: str = "",
        endpoint_url: str | None = None,
        connections: int = 10,
        kept: int = CLIENTS_KEPT,
        patience: float = PATIENCE,
    ) -> None:
        self.account = account
        self.partition = partition
        self.role = role
        self.home = home_regions()[partition]
        self.sdk = sdk
        self._endpoint_url = endpoint_url
        self._config = _config(connections, sdk.get_config_variable("user_agent_appid"), local=bool(endpoint_url))
        self._clients: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._whole: WeakSet[Any] = WeakSet()
        self._kept = kept
        self._patience = patience
        self._paces: dict[tuple[str, str], Pace] = {}
        self._obey: Callable[[], None] = lambda: None
        self._offered: dict[str, frozenset[str] | None] = {}
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def __repr__(self) -> str:
        return f"AccountSession({self.account}, {self.partition}, role={self.role})"

    def __enter__(self) -> AccountSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def sign_in(self) -> None:
        """Get credentials now rather than with the first call. Raises NotAuthenticated or NotPermitted."""
        what = f"account {self.account}"
        try:
            found = self.sdk.get_credentials()
            if found is not None:
                found.get_frozen_credentials()
        except CollectError:
            raise
        except Exception as error:
            raise translate(error, what, role=self.role) from error

    def obey(self, stop_if_told: Callable[[], None]) -> None:
        """Have calls that wait for their turn give up as soon as this raises."""
        self._obey = stop_if_told

    def client(self, service: str, region: str, operation: str = "") -> Any:
        """The client of a service in a region, made at its first use. Raises NotAvailable when the SDK has none.

        It knows the `operation` if the SDK does.
        """
        key = (service, region)
        found = self._kept_client(key, operation)
        if found is not None:
            return found
        with self._making:  # the SDK makes clients in one thread at a time only
            found = self._kept_client(key, operation)
            if found is None:
                found = self._make(service, region, operation)
                self._keep(key, found)
            return found

    def _kept_client(self, key: tuple[str, str], operation: str) -> Any:
        """The client, if there is one and it knows the operation or all of them."""
        with self._lock:
            found = self._clients.get(key)
            if found is None or not (found in self._whole or _knows(found, operation)):
                return None
            self._clients.move_to_end(key)
            return found

    def _make(self, service: str, region: str, operation: str) -> Any:
        client = self._create(service, region)
        if not _knows(client, operation):
            client = self._create(service, region, whole=True)
            self._whole.add(client)
        pace = self._paces.setdefault((service, region), Pace(self._patience))
        Retry(pace, self._stop_if_told).attach(client)
        listen(client)
        return client

    def _create(self, service: str, region: str, *, whole: bool = False) -> Any:
        try:
            return clients.make(self.sdk, service, region, self._endpoint_url, self._config, whole=whole)
        except Exception as error:
            raise translate(error, f"{service} in {region}") from error

    def _stop_if_told(self) -> None:
        self._obey()

    def _keep(self, key: tuple[str, str], client: Any) -> None:
        with self._lock:
            self._clients[key] = client
            while len(self._clients) > self._kept:
                # Another thread may still be using it: dropped, not closed. Its connections go with the last use.
                self._clients.popitem(last=False)

    def offers(self, service: str, region: str) -> bool:
        """Whether the service can be tried in the region: yes too when the SDK's data does not know the service."""
        if service not in self._offered:
            with self._making:
                self._offered[service] = self._regions_of(service)
        regions = self._offered[service]
        return regions is None or region in regions

    def lists(self, service: str, region: str) -> bool:
        """Whether the SDK's data says that the service is offered in the region, or an address was given for all."""
        return bool(self._endpoint_url) or region in (self._offered.get(service) or ())

    def _regions_of(self, service: str) -> frozenset[str] | None:
        """Where the SDK's data says that the service is; None for anywhere."""
        if service not in known_services():
            return frozenset()
        for pseudo in (False, True):  # first the regions, then names such as aws-global
            found = {p: self._listed(service, p, pseudo=pseudo) for p in home_regions()}
            if found[self.partition]:
                return None if pseudo else frozenset(found[self.partition])
        # It has no endpoint here, but has where the data knows it; where nobody knows it, it is tried.
        return frozenset() if any(found.values()) else None

    def _listed(self, service: str, partition: str, *, pseudo: bool) -> list[str]:
        return list(self.sdk.get_available_regions(service, partition_name=partition, allow_non_regional=pseudo))

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()


def _knows(client: Any, operation: str) -> bool:
    return not operation or operation in client.meta.service_model.operation_names


def _config(connections: int, app: str | None, *, local: bool) -> Config:
    own = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        max_pool_connections=connections,
        parameter_validation=False,
        user_agent_appid=app,
        inject_host_prefix=not local,
    )
    name = UserAgentString.from_environment().with_client_config(own).to_string()  # the SDK does so for each request
    return own.merge(Config(user_agent=name, user_agent_extra="resotoworker"))


@functools.cache
def known_services() -> frozenset[str]:
    """The services that the installed SDK has models of."""
    return frozenset(models().list_available_services("service-2"))
