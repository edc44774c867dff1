"""Google Cloud in a child process.

    with GcpServer(page_size=2) as cloud:
        cloud.seed(Seed("cloudresourcemanager", "projects/p1", {"parent": "organizations/1"}))
        cloud.seed(Seed("compute", "projects/p1/zones/us-central1-a", {"status": "UP"}), …)
        key = cloud.key_file("p1")           # key.info: the JSON of a service account's key file
        InstancesClient(credentials=…, client_options=ClientOptions(api_endpoint=cloud.url))
        session.get(f"{cloud.url}/pubsub/v1/projects/p1/topics")     # every service: /SERVICE/ and its own path
        cloud.deny("compute.disks.*"); cloud.fault("pubsub.projects.topics.list", 429, times=2)
        cloud.requests(); cloud.resources(service="compute")

A seed's name is the resource's path below base path and version (`b/my-bucket`, `projects/p1/topics/t1`). Members
that every resource of a service has (name, id, selfLink, zone, creation time, fingerprints) are filled in; SeedError
says what is wrong with a seed. A project that is seeded has every API switched on. `estate.seed(cloud)` makes a sample
organisation, `cloud.fill("p1")` made-up resources of every kind that can be listed.

Logins: key files and refresh tokens at `/token`, workload identity at `/sts/v1/token` (both need `account`s), and the
server is the metadata server too (`GCE_METADATA_HOST=127.0.0.1:PORT`, after `cloud.machine(…)`).

What this cloud does not know: rights finer than a project and rules; names that Google refuses; locations that do not
exist, but for compute's; filters with OR. A `-` for all parents is taken only where the document's prose allows it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.fakes.gcp.errors import SeedError
from tests.fakes.gcp.keyfile import KeyFile, make_key_file
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import Seed, service_host

ROOT = Path(__file__).parents[3]
MODULE = "tests.fakes.gcp"
TIMEOUT = 60.0


class GcpServer:
    """Google Cloud on a free loopback port, for the time of a `with` block.

    The child reads a pipe that only this process writes to: it ends when the block ends, and when this process is
    killed. `url` is the endpoint: alone for compute, with `/SERVICE` for all others.
    """

    def __init__(self, page_size: int = 500, *, open_to_all: bool = False, port: int = 0) -> None:
        """`page_size`: at most so many items a page; `open_to_all`: no credentials are asked for; `port`: 0 for any."""
        asked = [f"--page-size={page_size}", f"--port={port}", "--leash"]
        self._arguments = [*asked, *(["--open"] if open_to_all else [])]
        self._child: subprocess.Popen[bytes] | None = None
        self._control = requests.Session()
        self._control.trust_env = False
        self.url = ""

    def __enter__(self) -> GcpServer:
        command = [sys.executable, "-m", MODULE, *self._arguments]
        quiet = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "GCE_"))}
        self._child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=quiet)
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line.strip():
            self.stop()
            raise RuntimeError(f"The test server did not start: run `python -m {MODULE}` to see why.")
        self.url = f"http://127.0.0.1:{int(line)}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._child is not None, "The server has not been started."
        return self._child.pid

    def stop(self) -> None:
        """End the child, now. Harmless when it has ended."""
        self._control.close()
        if self._child is None:
            return
        self._child.kill()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        self._child.wait()
        self._child = None

    def _do(self, action: str, body: Any = None) -> Any:
        answer = self._control.post(f"{self.url}/fake/{action}", json=body if body is not None else {}, timeout=TIMEOUT)
        content = answer.json()
        if answer.status_code != requests.codes.ok:
            raise SeedError(content.get("seed") or content["error"]["message"])
        return content

    # What is in the cloud

    def seed(self, *seeds: Seed) -> None:
        """Put resources in, in this order. Raises SeedError naming the field that Google's document does not allow."""
        self._do("seed", [seed.json() for seed in seeds])

    def fill(self, project: str, **order: Any) -> list[Json]:
        """Fill a project with made-up resources; see `filling.fill` for what can be ordered. Answers all of them."""
        found: list[Json] = self._do("fill", {"project": project, **order})
        return found

    def switch(self, project: str, service: str, *, on: bool) -> None:
        """Switch an API of a project on or off."""
        host = service_host(service)
        state = "ENABLED" if on else "DISABLED"
        name = f"projects/{project}/services/{host}"
        self.seed(Seed("serviceusage", name, {"config": {"name": host}, "state": state}))

    def remove(self, service: str, name: str) -> None:
        """Remove a resource and what is below it, whoever uses it."""
        self._do("remove", {"service": service, "name": name})

    def resources(self, service: str = "", kind: str = "", project: str = "") -> list[Json]:
        """What there is: `service`, `name`, `kind`, `project` and `body` of each."""
        found: list[Json] = self._do("resources", {"service": service, "kind": kind, "project": project})
        return found

    # Who may call

    def key_file(self, project: str, name: str = "collector", projects: Sequence[str] | None = None) -> KeyFile:
        """A new service account that sees `projects`, by default all."""
        key = make_key_file(self.url, project, name)
        self.account(key.email, projects, public_key=key.public_key, key_id=key.info["private_key_id"])
        return key

    def account(self, email: str, projects: Iterable[str] | None = None, **more: Any) -> None:
        """An account; `more`: `public_key`, `key_id`, `secrets` (refresh tokens, tokens of other providers)."""
        self._do("accounts", {"email": email, "projects": None if projects is None else list(projects), **more})

    def machine(self, email: str, project: str) -> None:
        """The metadata server speaks for a machine that runs as this account, in this project."""
        self._do("machine", {"email": email, "project": project})

    def revoke(self) -> None:
        """No token issued so far is worth anything any more."""
        self._do("revoke")

    # How it behaves

    def settings(self, **changes: Any) -> Json:
        """Change settings (see `state.Settings`); answers all of them."""
        found: Json = self._do("settings", changes)
        return found

    def rule(self, rule: Rule) -> None:
        """Answer the calls that the rule fits as it says."""
        self._do("rules", rule.json())

    def deny(self, method: str, containing: str = "") -> None:
        """Answer 403: the method (a pattern) needs a permission that the caller has not got."""
        message = f"Required '{method}' permission for '{containing or 'the resource'}'"
        self.rule(Rule(method, 403, containing, "forbidden", message))

    def fault(self, method: str, status: int, times: int = -1, **more: Any) -> None:
        """Answer with an error, so many times; `more`: other members of a Rule: headers={"Retry-After": "1"}."""
        self.rule(Rule(method, status, times=times, **more))

    def unreachable(self, *scopes: str) -> None:
        """These scopes (`zones/z`, `regions/r`, `locations/l`) do not answer."""
        self.settings(unreachable=list(scopes))

    def forget(self) -> None:
        """No rules, no unreachable scopes, and counts from zero."""
        self._do("forget")

    def reset(self) -> None:
        """An empty cloud; accounts stay."""
        self._do("reset")

    # What it was asked

    def requests(self) -> dict[str, int]:
        """How often each method was called."""
        found: dict[str, int] = self._do("requests")
        return found

    def calls(self, method: str = "") -> list[Json]:
        """The calls in order, of one method or all: `method`, `name`, `query`, `principal`, `user_project`."""
        return [call for call in self._do("calls") if method in ("", call["method"])]

    def continued(self) -> dict[str, int]:
        """How often a second or later page was asked for, by method."""
        found: dict[str, int] = self._do("continued")
        return found

    def logins(self) -> dict[str, int]:
        """How many tokens were issued, by way: assertion, exchange, refresh, metadata, impersonation.

        `self-signed` are the calls that came with a token of the caller's own making.
        """
        found: dict[str, int] = self._do("logins")
        return found
