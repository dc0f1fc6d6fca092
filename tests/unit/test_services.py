"""Parts are joined by the types that their constructors name."""

import ast
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from callcenter.bootstrap.services import NotJoinedError, Services
from callcenter.kit.config import Section

BOOTSTRAP = Path(__file__).parents[2] / "callcenter/bootstrap"


class Numbers(Section):
    most: int = 7


class Speaks(Protocol):
    def speak(self) -> str: ...


class Voice:
    def speak(self) -> str:
        return "good day"


class Desk:
    def __init__(self, voice: Speaks, numbers: Numbers, *, node: str, spare: Voice | None = None) -> None:
        self.voice, self.numbers, self.node, self.spare = voice, numbers, node, spare


@dataclass(frozen=True, slots=True)
class Office:
    desk: Desk
    voice: Voice


class Egg:
    def __init__(self, hen: "Hen") -> None: ...


class Hen:
    def __init__(self, egg: Egg) -> None: ...


@pytest.fixture
def services() -> Services:
    services = Services()
    services.bind(Speaks, Voice)
    return services


def test_each_part_is_built_once_from_its_constructor_s_types(services: Services) -> None:
    services.make(Desk, node="n1")
    office = services.get(Office)
    assert office.desk is services.get(Desk)
    assert office.voice is office.desk.voice
    assert (office.desk.numbers.most, office.desk.node) == (7, "n1")


def test_a_default_holds_unless_such_a_part_was_given(services: Services) -> None:
    assert services.make(Desk, node="n1").spare is None
    others, voice = Services(), Voice()
    others.bind(Speaks, Voice)
    others.give(voice)
    assert others.make(Desk, node="n1").spare is voice


def test_a_part_given_for_a_protocol_goes_before_the_bound_service(services: Services) -> None:
    voice = Voice()
    services.give(voice, as_=Speaks)
    assert services.make(Desk, node="n1").voice is voice


def test_what_was_built_is_not_made_again(services: Services) -> None:
    services.get(Voice)
    with pytest.raises(NotJoinedError, match="make it earlier"):
        services.make(Voice)


def test_a_function_is_called_with_the_parts_it_names(services: Services) -> None:
    services.make(Desk, node="n1")
    heard: list[str] = []

    def subscribe(desk: Desk, voice: Voice) -> None:
        heard.append(f"{desk.node} {voice.speak()}")

    services.call(subscribe)
    assert heard == ["n1 good day"]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(NotJoinedError, match=r"Office needs desk: Desk needs voice: no service is bound to .* Speaks"):
        Services().get(Office)
    bound = Services()
    bound.bind(Speaks, Voice)
    with pytest.raises(NotJoinedError, match="Desk needs node"):
        bound.get(Desk)


def test_parts_that_need_each_other_are_named() -> None:
    with pytest.raises(NotJoinedError, match="Hen → Egg → Hen"):
        Services().get(Hen)


def test_bootstrap_names_a_service_twice_at_most() -> None:
    """Once as a field of the system; once more where a type cannot say what it needs. Imports are not counted.

    Within each file: ``verifier`` joins a few of them anew, for a process that has no switch.
    """
    for file in BOOTSTRAP.glob("*.py"):
        names = Counter(
            node.id
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Name) and node.id.endswith(("Service", "Services", "Watch", "Judge"))
        )
        del names["Services"]
        assert {name: count for name, count in names.items() if count > 2} == {}, file.name
        if file.name == "system.py":
            assert names["AllocationService"] == 1
