"""Builds every part once, from the types that its constructor names.

A constructor ``def __init__(self, leads: LeadService, settings: FieldSettings)`` says all there is to say: the service
is built when it is first asked for, the settings are read from the environment. So a new service is named in one place,
as a field of ``System``. What a type cannot say is said in ``build``: ``give`` an object that exists, ``bind`` a
protocol to the service that fulfils it, ``name`` the arguments that are plain values or functions.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from callcenter.kit.config import Section

T = TypeVar("T")


class NotJoinedError(Exception):
    """Says which part cannot be built, and for want of which argument: a fault of ``build``."""


class Services:
    """Holds the parts that exist, and builds the others when they are asked for."""

    def __init__(self) -> None:
        self._parts: dict[Any, object] = {}
        self._bound: dict[Any, type] = {}
        self._named: dict[Any, dict[str, object]] = {}
        self._being_built: list[Any] = []

    def give(self, part: object, *, as_: type | None = None) -> None:
        """Adds a part that exists, under its own type or the one it is asked for by."""
        self._parts[as_ or type(part)] = part

    def bind(self, protocol: type, kind: type) -> None:
        """Fulfils a protocol by a service."""
        self._bound[protocol] = kind

    def name(self, kind: type, **arguments: object) -> None:
        """Sets arguments of a constructor that no type can find: plain values and functions."""
        self._named[kind] = arguments

    def get(self, kind: type[T]) -> T:
        """Returns the one part of this type, built if need be. Raises NotJoinedError."""
        wanted: Any = self._bound.get(kind, kind)
        if wanted not in self._parts:
            if not inspect.isclass(wanted) or wanted.__module__ == "builtins" or inspect.isabstract(wanted):
                raise NotJoinedError(f"nothing is given for {wanted}")
            if wanted in self._being_built:
                chain = " → ".join(part.__name__ for part in [*self._being_built, wanted])
                raise NotJoinedError(f"these parts need each other: {chain}")
            self._being_built.append(wanted)
            try:
                self._parts[wanted] = wanted() if issubclass(wanted, Section) else self._build(wanted)
            finally:
                self._being_built.pop()
        part: T = self._parts[wanted]  # type: ignore[assignment]
        return part

    def call(self, function: Callable[..., None]) -> None:
        """Calls a function with the parts that its parameters name."""
        function(**self._arguments(function, function, {}))

    def _build(self, kind: type) -> object:
        if getattr(kind, "_is_protocol", False):
            raise NotJoinedError(f"no service is bound to the protocol {kind.__name__}")
        own_or_inherited = (vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base))
        constructor: Callable[..., object] = next(own_or_inherited)
        if constructor is object.__init__:
            return kind()
        return kind(**self._arguments(kind, constructor, self._named.get(kind, {})))

    def _arguments(self, kind: Any, function: Callable[..., object], named: dict[str, object]) -> dict[str, object]:
        """Returns the arguments of a function by name; parameters with a default may stay out."""
        hints = get_type_hints(function)
        arguments = dict(named)
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name == "self" or parameter.name in arguments:
                continue
            try:
                arguments[parameter.name] = self.get(hints[parameter.name])
            except (NotJoinedError, KeyError) as error:
                if parameter.default is parameter.empty:
                    raise NotJoinedError(f"{kind.__name__} needs {parameter.name}: {error}") from error
        return arguments
