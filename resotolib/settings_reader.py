"""Reading settings: the command line wins over the environment, the environment over the default.

Every mistake is a `SettingsError` of one sentence that names the flag or variable, the value unless it is a secret, and
the remedy. Nothing here looks at `sys.argv` or `os.environ`: the caller hands them in.
"""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from resotolib.errors import SettingsError
from resotolib.settings import ENV_PREFIX, Setting, Settings, group_of, settings_of
from resotolib.settings_help import help_text
from resotolib.settings_value import convert, from_environ

# What Kubernetes puts into every pod beside a service that is called resotoworker.
_KUBERNETES = re.compile(ENV_PREFIX + r"(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)")


def read_settings(
    classes: Sequence[type[Any]],
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    prog: str = "resotoworker",
    version: str = "",
    not_loaded: Sequence[str] = (),
) -> Settings:
    """Read all settings. `argv` is without the program's name.

    `not_loaded`: names of plugins that are installed but not loaded, to explain their flags. `--help` and `--version`
    print and raise SystemExit(0).
    """
    declared = _declared(classes)
    parser = _Parser(declared, classes, prog, version)
    given = parser.read(argv, not_loaded)
    return Settings(*(_instance(cls, given, environ) for cls in classes))


def read_setting(cls: type[Any], name: str, argv: Sequence[str], environ: Mapping[str, str]) -> Any:
    """Read one setting before the flags of the plugins are known; other flags are passed over."""
    declared = settings_of(cls)
    given, _ = _Parser(declared, (cls,), "resotoworker").parse_known_args(list(argv))
    return _value(next(setting for setting in declared if setting.name == name), vars(given), environ)


def unknown_variables(
    classes: Sequence[type[Any]], environ: Mapping[str, str], not_loaded: Sequence[str] = ()
) -> tuple[str, ...]:
    """A sentence for each variable with our prefix that no setting reads."""
    declared = _declared(classes)
    known = sorted({name for setting in declared for name in (setting.variable, setting.file_variable) if name})
    prefixes = tuple(f"{ENV_PREFIX}{name.upper().replace('-', '_')}_" for name in not_loaded)
    return tuple(
        f"The environment variable {name} is not known{_nearest(name, known)}: it has no effect."
        for name in sorted(environ)
        if name.startswith(ENV_PREFIX)
        and not _is_read(name, declared)
        and not name.startswith(prefixes)
        and not _KUBERNETES.fullmatch(name)
    )


def secret_variables(classes: Sequence[type[Any]], environ: Mapping[str, str]) -> frozenset[str]:
    """The variables to take out of the environment before anything is started.

    Secrets, and all with our prefix that no loaded setting reads: they may be secrets of other plugins, or misspelt.
    """
    declared = _declared(classes)
    secret = {name for s in declared if s.declared.secret for name in (*s.variables, s.file_variable)}
    open_ = [setting for setting in declared if not setting.declared.secret]
    ours = {name for name in environ if name.startswith(ENV_PREFIX) and not _is_read(name, open_)}
    return frozenset((secret | ours) & set(environ))


def _is_read(name: str, declared: Iterable[Setting]) -> bool:
    return any(
        name in (setting.variable, setting.file_variable)
        or (setting.type == "list" and name.startswith(setting.variable) and name[len(setting.variable) :].isdecimal())
        for setting in declared
    )


def _declared(classes: Sequence[type[Any]]) -> tuple[Setting, ...]:
    """All settings of all classes; no two may answer to the same name."""
    owners: dict[str, Setting] = {}
    declared = [setting for cls in classes for setting in settings_of(cls)]
    for setting in declared:
        short = f"-{setting.declared.short}" if setting.declared.short else ""
        for name in filter(None, (setting.flag, short, setting.variable, setting.file_variable)):
            known = owners.setdefault(name, setting)
            if known is not setting:
                raise SettingsError(
                    f"{name} is declared by {_owner(known)} and by {_owner(setting)}: "
                    "uninstall one of them, or load only one with --collector."
                )
    return tuple(declared)


def _owner(setting: Setting) -> str:
    return f"{group_of(setting.owner).title} ({setting.owner.__module__.partition('.')[0]})"


def _instance(cls: type[Any], given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    return cls(**{setting.name: _value(setting, given, environ) for setting in settings_of(cls)})


def _value(setting: Setting, given: Mapping[str, Any], environ: Mapping[str, str]) -> Any:
    if setting.flag in given:
        return convert(setting, given[setting.flag], setting.flag)
    found = from_environ(setting, environ)
    return setting.default if found is None else convert(setting, *found)


class _Parser(argparse.ArgumentParser):
    """Cuts the command line into flags and raw values; what they mean is decided elsewhere."""

    def __init__(
        self, declared: Sequence[Setting], classes: Sequence[type[Any]], prog: str, version: str | None = None
    ) -> None:
        super().__init__(prog=prog, add_help=False, allow_abbrev=False, argument_default=argparse.SUPPRESS)
        self._declared = declared
        self._classes = classes
        for setting in declared:
            names = [f"-{setting.declared.short}"] if setting.declared.short else []
            self.add_argument(*names, setting.flag, dest=setting.flag, **_arity(setting))
        if version is not None:
            self.add_argument("-h", "--help", action="help")
            self.add_argument("--version", action="version", version=f"{prog} {version}")

    def read(self, argv: Sequence[str], not_loaded: Sequence[str]) -> Mapping[str, Any]:
        """Raw values by flag; anything that belongs to no flag is an error."""
        given, rest = self.parse_known_args(list(argv))
        if rest:
            raise SettingsError(self._what_is_wrong(rest, list(argv), not_loaded))
        return vars(given)

    def format_help(self) -> str:
        """Our own help: groups, defaults, environment names."""
        return help_text(self._classes, self.prog)

    def error(self, message: str) -> NoReturn:
        """Argparse's complaints name the flag and never the value."""
        raise SettingsError(f"Command line: {message}; {self.prog} --help lists all flags.")

    def _what_is_wrong(self, rest: list[str], argv: list[str], not_loaded: Sequence[str]) -> str:
        # A stray value may be (half of) a secret: it is named by its place.
        unknown = next((word.partition("=")[0] for word in rest if word.startswith("-") and len(word) > 1), "")
        if not unknown:
            place = argv.index(rest[0])
            after = next((word.partition("=")[0] for word in reversed(argv[:place]) if word.startswith("-")), "")
            where = f"Word {place + 1} of the command line{f', after {after},' if after else ''}"
            return f"{where} belongs to no flag: quote values that contain blanks; {self.prog} --help lists all flags."
        for name in not_loaded:
            if unknown.startswith(f"--{name}-"):
                return (
                    f"{unknown} belongs to the plugin {name}, which --collector leaves out: add {name} to --collector."
                )
        nearest = _nearest(unknown, [setting.flag for setting in self._declared])
        return f"The flag {unknown} is not known{nearest}; {self.prog} --help lists all flags."


def _arity(setting: Setting) -> dict[str, Any]:
    if setting.type == "bool":
        return {"nargs": "?", "const": "true"}
    return {"nargs": "+", "action": "extend"} if setting.type == "list" else {}


def _nearest(name: str, known: Sequence[str]) -> str:
    nearest = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""
