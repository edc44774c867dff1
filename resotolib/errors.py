"""Every error that this program raises on purpose.

    ResotoError
    ├── SettingsError            a flag, an environment variable or a file named by one          exit code 2
    │   └── NotConfigured        a collector was asked for and has nothing to collect with        exit code 2
    ├── PluginError              a plugin cannot be loaded or breaks its contract                 exit code 2
    ├── ModelError               a kind, a property or an edge declaration is wrong
    ├── Unbound                  a call needs a value that the resource has not got
    ├── GraphError               a collected graph breaks the core's rules
    ├── CoreError                the core
    │   ├── CoreUnreachable      no answer
    │   ├── CoreRefused          an answer that says no
    │   ├── NotAuthorized        the pre-shared key is missing, wrong or expired
    │   ├── UntrustedCore        who answers does not prove to be the core
    │   └── Refusal              what the embedded core answers when it says no
    ├── MessageError             a message that does not parse
    ├── CollectError             reading a cloud
    │   ├── NotAuthenticated     no usable credentials
    │   ├── NotPermitted         credentials that may not do this
    │   ├── Throttled            asked too often, for longer than we were willing to wait
    │   ├── NotAvailable         the service does not exist here: absent by configuration
    │   ├── Unreadable           an answer that makes no sense, or none
    │   ├── ScopeTimeout         the time for the action was over
    │   ├── ScopeDied            the process that read the scope is gone
    │   ├── SpoolFailed          what was read cannot be kept on disk
    │   └── Stopped              the worker was told to stop
    └── CleanError               deleting or tagging
        ├── NotFound             it does not exist
        ├── Protected            not to be deleted
        ├── StillInUse           something else needs it
        ├── StillThere           deleted, but not gone in time
        ├── GoesWith             cannot be deleted alone, goes with another
        └── Unsupported          this kind cannot be deleted or tagged

Each takes positional arguments, reads as a sentence and survives pickling, since it crosses processes.
"""

from __future__ import annotations


class ResotoError(Exception):
    """Base of all. `template` makes the sentence from the positional arguments."""

    template = "{0}"

    def __str__(self) -> str:
        try:
            return self.template.format(*self.args)
        except IndexError:
            return ": ".join(str(arg) for arg in self.args)


class SettingsError(ResotoError):
    """A setting is wrong: (sentence)."""


class NotConfigured(SettingsError):
    """A named collector has nothing to collect with: (collector, what is missing)."""

    template = "Collector {0} cannot run: {1}."


class PluginError(ResotoError):
    """A plugin cannot be used: (plugin, why and what to do)."""

    template = "Plugin {0}: {1}"


class ModelError(ResotoError):
    """A declaration is wrong: (kind, what is wrong)."""

    template = "Kind {0}: {1}"


class Unbound(ResotoError):
    """A call needs a value that the resource has not got: (binding)."""

    template = "The binding {0} has no value."


class GraphError(ResotoError):
    """A collected graph breaks a rule of the core: (scope, what is wrong and where)."""

    template = "Graph of {0}: {1}"


class CoreError(ResotoError):
    """The core did not do what was asked: (address, what happened)."""

    template = "Core at {0}: {1}"


class CoreUnreachable(CoreError):
    """No answer: (address, reason)."""

    template = "Core at {0} cannot be reached: {1}"


class CoreRefused(CoreError):
    """An answer that says no: (address, HTTP status, text of the answer)."""

    template = "Core at {0} refused with status {1}: {2}"


class NotAuthorized(CoreError):
    """The pre-shared key does not match: (address, what to do)."""

    template = "Core at {0} does not accept the pre-shared key: {1}"


class UntrustedCore(CoreError):
    """Who answers does not prove to be the core: (address, why and what to do)."""

    template = "Core at {0} cannot be trusted: {1}"


class MessageError(ResotoError):
    """A message that cannot be understood: (where it came from, what is wrong)."""

    template = "Message from {0} not understood: {1}"


class CollectError(ResotoError):
    """Reading failed: (what was read, reason)."""

    template = "{0}: {1}"


class NotAuthenticated(CollectError):
    """No usable credentials: (scope, reason)."""


class NotPermitted(CollectError):
    """The credentials may not do this: (what, reason)."""


class Throttled(CollectError):
    """The vendor kept asking us to slow down: (what, reason)."""


class NotAvailable(CollectError):
    """The service is not offered, or not switched on, here: (what, reason)."""


class Unreadable(CollectError):
    """An answer that makes no sense, or none at all: (what, reason)."""


class ScopeTimeout(CollectError):
    """The time was over: (scope, seconds)."""

    template = "{0}: not finished after {1} seconds"


class ScopeDied(CollectError):
    """The process that read the scope ended without a result: (scope, exit code or signal)."""

    template = "{0}: its process ended with {1}"


class SpoolFailed(CollectError):
    """What was read cannot be kept on disk: (scope, directory, reason)."""

    template = "{0}: cannot be kept in {1} ({2}): make room there, or name another directory with --spool-dir"


class Stopped(CollectError):
    """The worker is stopping, or time is over: (what was going on)."""

    template = "{0}: told to stop before it was done"


class CleanError(ResotoError):
    """Deleting or tagging failed: (resource, reason)."""

    template = "{0}: {1}"


class NotFound(CleanError):
    """It does not exist, or not any more: (resource, the vendor's words)."""


class Protected(CleanError):
    """Not to be deleted: (resource, by what)."""


class StillInUse(CleanError):
    """Something else needs it: (resource, blocking resources or the vendor's words)."""


class StillThere(CleanError):
    """Its deletion was accepted, but it did not go in time: (resource, seconds, what was seen last)."""

    template = "{0}: not gone {1} seconds after its deletion was accepted: {2}"


class GoesWith(CleanError):
    """It cannot be deleted alone and is deleted together with another: (resource, what it goes with)."""

    template = "{0} goes with {1}"


class Unsupported(CleanError):
    """No way is known: (resource, action)."""

    template = "{0} does not support {1}"


class Refusal(CoreError):
    """What the embedded core answers when it says no: (HTTP status, class of the error, what is wrong).

    Its text is the answer's body, which does not repeat the status.
    """

    template = "Error: {1}\nMessage: {2}"

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return int(self.args[0])
