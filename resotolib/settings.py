"""Settings: frozen dataclasses whose fields are flags, environment variables, help and docs at once.

    @group("aws", "AWS")
    @dataclass(frozen=True)
    class AwsSettings:
        region: tuple[str, ...] = flag((), "Regions to collect (default: all that are enabled)")
        secret_access_key: str | None = flag(None, "AWS secret access key", secret=True)

gives `--aws-region`, `RESOTOWORKER_AWS_REGION`, `--aws-secret-access-key`, `RESOTOWORKER_AWS_SECRET_ACCESS_KEY(_FILE)`.
Field types: bool, int, float, str, `str | None`, `tuple[str, ...]`. What concerns several fields is checked in
`__post_init__`, which raises SettingsError. `settings_reader` reads what is declared here, `settings_help` shows it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from resotolib.errors import SettingsError

ENV_PREFIX = "RESOTOWORKER_"
_FLAG = "resoto.flag"
_GROUP = "__resoto_group__"

S = TypeVar("S")
ValueType = Literal["bool", "int", "float", "str", "list"]
_SCALARS: Mapping[Any, ValueType] = {bool: "bool", int: "int", float: "float", str: "str"}


@dataclass(frozen=True, slots=True)
class Flag:
    """What a field declares beside its type and default."""

    help: str
    secret: bool = False
    short: str = ""
    choices: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    default_text: str = ""
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The prefix of a settings class's flags ("" for the worker's own) and its title in the help."""

    prefix: str
    title: str


def flag(
    default: Any,
    help: str,  # noqa: A002  # the word that argparse users know
    *,
    secret: bool = False,
    short: str = "",
    choices: tuple[str, ...] = (),
    env: tuple[str, ...] = (),
    default_text: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
) -> Any:
    """Declare a setting. `env`: further environment names without our prefix; `secret`: never shown, also as _FILE.

    `default_text` replaces the default in the help where the real one is found out later. `short`: one letter.
    """
    declared = Flag(help, secret, short, choices, env, default_text, minimum, maximum)
    return dataclasses.field(default=default, repr=not secret, metadata={_FLAG: declared})


def group(prefix: str, title: str) -> Callable[[type[S]], type[S]]:
    """Name the flags' prefix and the title of a settings class."""

    def mark(cls: type[S]) -> type[S]:
        setattr(cls, _GROUP, Group(prefix, title))
        return cls

    return mark


def group_of(cls: type[Any]) -> Group:
    """The group of a settings class."""
    found = cls.__dict__.get(_GROUP)
    if not isinstance(found, Group):
        raise SettingsError(f"{cls.__qualname__} is no settings class: decorate it with @group(prefix, title).")
    return found


def flag_of(field: dataclasses.Field[Any]) -> Flag:
    """What a field of a settings class declares."""
    found = field.metadata.get(_FLAG)
    if not isinstance(found, Flag):
        raise SettingsError(f"Setting {field.name} has no description: declare it with flag(default, help).")
    return found


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a settings class, under the names that users know."""

    owner: type[Any]
    name: str
    flag: str
    variable: str
    type: ValueType
    optional: bool
    default: Any = dataclasses.field(repr=False)
    declared: Flag

    @property
    def variables(self) -> tuple[str, ...]:
        """Environment names that hold the value itself, the first that is set wins."""
        return (self.variable, *self.declared.env)

    @property
    def file_variable(self) -> str:
        """Environment name of the file that holds the value, "" where it is no secret."""
        return f"{self.variable}_FILE" if self.declared.secret else ""


def settings_of(cls: type[Any]) -> tuple[Setting, ...]:
    """The settings that a class declares, in its order."""
    prefix = group_of(cls).prefix
    types = get_type_hints(cls)
    return tuple(_setting(cls, prefix, field, types[field.name]) for field in dataclasses.fields(cls))


def _setting(cls: type[Any], prefix: str, field: dataclasses.Field[Any], hint: Any) -> Setting:
    name = f"{prefix}_{field.name}" if prefix else field.name
    value_type, optional = _value_type(cls, field.name, hint)
    return Setting(
        owner=cls,
        name=field.name,
        flag="--" + name.replace("_", "-"),
        variable=ENV_PREFIX + name.upper().replace("-", "_"),
        type=value_type,
        optional=optional,
        default=field.default,
        declared=flag_of(field),
    )


def _value_type(cls: type[Any], name: str, hint: Any) -> tuple[ValueType, bool]:
    if get_origin(hint) is tuple and get_args(hint) == (str, ...):
        return "list", False
    inner = [arg for arg in get_args(hint) if arg is not type(None)] or [hint]
    if len(inner) == 1 and inner[0] in _SCALARS:
        return _SCALARS[inner[0]], inner[0] is not hint
    raise SettingsError(
        f"{cls.__qualname__}.{name} has the type {hint}: a setting is a bool, int, float, str, one of these or None, "
        "or a tuple[str, ...]."
    )


class Settings(Mapping[type[Any], Any]):
    """All settings, by class: `settings[AwsSettings].region`."""

    def __init__(self, *instances: Any) -> None:
        self._by_class = {type(instance): instance for instance in instances}

    def __getitem__(self, cls: type[S]) -> S:
        return cast(S, self._by_class[cls])

    def __iter__(self) -> Iterator[type[Any]]:
        return iter(self._by_class)

    def __len__(self) -> int:
        return len(self._by_class)

    def __repr__(self) -> str:
        return f"Settings({', '.join(map(repr, self._by_class.values()))})"

    def secret_values(self) -> tuple[str, ...]:
        """The values of all secrets that are set, for masking them where they could be printed by accident."""
        found: list[str] = []
        for cls, instance in self._by_class.items():
            for setting in settings_of(cls):
                value = getattr(instance, setting.name) if setting.declared.secret else None
                found.extend(value if isinstance(value, tuple) else (value,) if value else ())
        return tuple(str(value) for value in found if value)
