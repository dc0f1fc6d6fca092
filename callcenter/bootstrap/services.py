"""Builds every part once, from the types that its constructor names.

The types of a constructor ``def __init__(self, leads: LeadService, settings: FieldSettings)`` are enough to build it:
the service is built when it is first asked for, the settings are read from the environment. So a new service is named
in one place, as a field of ``System``. ``build`` adds what types do not show: it can ``give`` an object that exists,
``bind`` a protocol to the service that fulfils it, and ``make`` a part with arguments that are values or functions.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_args, get_type_hints

from callcenter.kit.config import Section

T = TypeVar("T")


class NotJoinedError(Exception):
    """Says which part cannot be built and which argument is missing. The mistake is in ``build``."""


class Services:
    """Holds the parts that exist, and builds the others when they are asked for."""

    def __init__(self) -> None:
        self._parts: dict[Any, object] = {}
        self._given: set[Any] = set()
        self._bound: dict[Any, type] = {}
        self._being_built: list[Any] = []

    def give(self, part: object, *, as_: type | None = None) -> None:
        """Adds a part that exists, under its own type or under the type by which others ask for it."""
        kind = as_ or type(part)
        self._parts[kind] = part
        self._given.add(kind)

    def bind(self, protocol: type, kind: type) -> None:
        """Sets which service fulfils a protocol, unless a part was given for it."""
        self._bound[protocol] = kind

    def make(self, kind: type[T], **arguments: object) -> T:
        """Builds a part now, with arguments that cannot be found by type. Raises NotJoinedError when it exists."""
        if kind in self._parts:
            raise NotJoinedError(f"{kind.__name__} was built before its arguments were known: make it earlier")
        part = self._build(kind, arguments)
        self._parts[kind] = part
        return part

    def get(self, kind: type[T]) -> T:
        """Returns the one part of this type, built if need be. Raises NotJoinedError."""
        wanted: Any = kind if kind in self._parts else self._bound.get(kind, kind)
        if wanted not in self._parts:
            self._parts[wanted] = self._build(wanted, {})
        part: T = self._parts[wanted]  # type: ignore[assignment]
        return part

    def call(self, function: Callable[..., None]) -> None:
        """Calls a function with the parts that its parameters name."""
        function(**self._arguments(function.__qualname__, function, {}))

    def _build(self, kind: type[T], arguments: dict[str, object]) -> T:
        if not inspect.isclass(kind) or kind.__module__ == "builtins":
            raise NotJoinedError(f"nothing is given for {kind}")
        if getattr(kind, "_is_protocol", False):
            raise NotJoinedError(f"no service is bound to the protocol {kind.__name__}")
        if kind in self._being_built:
            chain = " → ".join(part.__name__ for part in [*self._being_built, kind])
            raise NotJoinedError(f"these parts need each other: {chain}")
        if issubclass(kind, Section):
            return kind()
        own_or_inherited = (vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base))
        constructor: Callable[..., object] = next(own_or_inherited)
        if constructor is object.__init__:
            return kind()
        self._being_built.append(kind)
        try:
            return kind(**self._arguments(kind.__name__, constructor, arguments))
        finally:
            self._being_built.pop()

    def _arguments(self, name: str, function: Callable[..., object], known: dict[str, object]) -> dict[str, object]:
        """Returns the arguments of a function by name. A default is kept unless a part of its type was given."""
        hints = get_type_hints(function)
        arguments = dict(known)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name == "self" or parameter.name in arguments:
                continue
            hint: Any = hints.get(parameter.name)
            if parameter.default is not parameter.empty:
                given = [kind for kind in self._given if kind is hint or kind in get_args(hint)]
                if given:
                    arguments[parameter.name] = self.get(given[0])
                continue
            try:
                arguments[parameter.name] = self.get(hint)
            except NotJoinedError as error:
                raise NotJoinedError(f"{name} needs {parameter.name}: {error}") from error
        return arguments
