"""The worker's own settings."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from resotolib.core.address import on_this_machine
from resotolib.errors import SettingsError
from resotolib.settings import flag, group


@group("", "Worker")
@dataclass(frozen=True)
class WorkerSettings:
    """Flags without a prefix: the core, what runs and how much at once, the web server, logging."""

    verbose: bool = flag(default=False, help="Verbose logging", short="v")
    quiet: bool = flag(default=False, help="Log warnings and errors only")
    logfile: str | None = flag(None, "File to log into, beside standard error")
    collector: tuple[str, ...] = flag((), "Collectors to load", default_text="all that are installed")
    fork: bool = flag(default=False, help="Run each collector in a process of its own instead of a thread")
    pool_size: int = flag(5, "Collectors that run at the same time", minimum=1)
    timeout: int = flag(10800, "Seconds that a collect or cleanup may take", minimum=1)
    cleanup: bool = flag(default=False, help="Delete the resources that are flagged for cleanup")
    cleanup_pool_size: int = flag(10, "Resources deleted at the same time", minimum=1)
    cleanup_dry_run: bool = flag(default=False, help="Say what cleanup would delete and delete nothing")
    resotocore_uri: str = flag("http://localhost:8900", "Address of resotocore")
    resotocore_ws_uri: str | None = flag(
        None,
        "Address of resotocore's websockets",
        default_text="ws://localhost:8900, or what follows from --resotocore-uri",
    )
    resotocore_graph: str = flag("ck", "Name of the graph in resotocore; the shell of a 3.x core looks at resoto")
    resotocore_subscriber_id: str | None = flag(
        None,
        "Name of this worker at resotocore: the same at every start, and different from that of other workers",
        default_text="worker-<host name>-<web port>",
    )
    psk: str | None = flag(None, "Pre-shared key of resotocore", secret=True)
    ca_cert: str | None = flag(
        None,
        "File with the certificate authority of resotocore, in PEM format",
        default_text="those of the system, and with --psk the one that resotocore proves to have",
    )
    no_verify_certs: bool = flag(default=False, help="Accept any certificate of resotocore, for trials only")
    insecure_psk: bool = flag(
        default=False,
        help="Use --psk although resotocore is reached over the network without TLS, where it can be stolen",
    )
    merge_batch: int = flag(100_000, "Resources sent to resotocore in one upload, about", minimum=1)
    forget_excluded: bool = flag(
        default=False,
        help="Delete from the graph what flags exclude from collecting, instead of keeping what was collected before",
    )
    local_core: bool = flag(default=False, help="Start the embedded core at --resotocore-uri and work with it")
    state_dir: str | None = flag(
        None,
        "Directory for answers not yet delivered, and dumps; one worker each",
        env=("STATE_DIRECTORY",),
        default_text="~/.local/state/resotoworker/<subscriber id>",
    )
    spool_dir: str | None = flag(
        None,
        "Directory for collected data that resotocore has not got yet; one worker each",
        default_text="<state-dir>/spool",
    )
    spool_size: int = flag(
        10_000,
        "MB of collected data that may wait for resotocore; an account for which there is no room is not sent, and "
        "resotocore keeps what it had of it",
        minimum=1,
    )
    grace_period: int = flag(
        30, "Seconds after the first signal to stop in which what is going on may finish and the worker ends", minimum=0
    )
    debug_dump_json: bool = flag(
        default=False, help="Keep a copy of all that the last run collected in <state-dir>/dumps"
    )
    report: str | None = flag(None, "File to write the result of each collect into, as JSON")
    max_process_memory: int = flag(
        2048, "MB of memory at which a process that collected an account is replaced by a new one", minimum=64
    )
    max_scope_nodes: int = flag(
        2_000_000, "Resources of one account at which collecting it is given up, to keep memory in bounds", minimum=1
    )
    web_port: int = flag(
        9955, "Port of the worker's web server, for /health, /metrics and the status page", maximum=65535
    )
    web_host: str = flag("::", "Address to bind the web server to; :: is every address, IPv4 too")
    web_path: str = flag("/", "Path below which the web server answers, behind a reverse proxy")
    no_web_tls: bool = flag(
        default=False,
        help="Serve HTTP where --psk and a resotocore with https would give the web server a certificate for HTTPS",
    )

    def __post_init__(self) -> None:
        if self.verbose and self.quiet:
            raise SettingsError(
                "--verbose and --quiet contradict each other: give one of them, and look for "
                "RESOTOWORKER_VERBOSE and RESOTOWORKER_QUIET in the environment."
            )
        _check_uri("--resotocore-uri", self.resotocore_uri, ("http", "https"))
        _check_uri("--resotocore-ws-uri", self.ws_uri, ("ws", "wss"))
        for uri in (self.resotocore_uri, self.ws_uri):
            if self.psk and not self.insecure_psk and not _is_private(uri):
                raise SettingsError(
                    f"--psk is not used with {uri}: what proves it could be read on the way and used by others. "
                    "Give an address with https in --resotocore-uri, or say --insecure-psk to do it anyway."
                )

    @property
    def ws_uri(self) -> str:
        """Address of the core's websockets: as given, else the one that belongs to `resotocore_uri`."""
        return self.resotocore_ws_uri or "ws" + self.resotocore_uri.removeprefix("http")

    @property
    def subscriber_id(self) -> str:
        """The name that the core knows this worker by: stable over restarts, distinct between workers."""
        return self.resotocore_subscriber_id or f"worker-{socket.gethostname()}-{self.web_port}"

    def state_directory(self, environ: Mapping[str, str]) -> Path:
        """Where this worker keeps what must survive a restart."""
        if self.state_dir:
            return Path(self.state_dir).expanduser()
        home = Path(environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser())
        return home / "resotoworker" / self.subscriber_id.replace("/", "_")


def _is_private(uri: str) -> bool:
    """Can nobody read what is sent there? Encrypted, or on this machine."""
    return urlsplit(uri).scheme in ("https", "wss") or on_this_machine(uri)


def _check_uri(flag_name: str, uri: str, schemes: tuple[str, ...]) -> None:
    if "@" in uri:  # not repeated: it would be a secret in every line that names the core
        raise SettingsError(f"{flag_name} holds a name or a password, which are not used: give the key in --psk.")
    try:
        parts = urlsplit(uri)
        fine = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError(f"{flag_name} is {uri!r}: give an address such as {schemes[0]}://localhost:8900.")
