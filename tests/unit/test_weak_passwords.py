"""Which passwords are refused, and why."""

import pytest

from callcenter.people.rules import Weakness, weakness_of


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("k7#mp2wqx", Weakness.SHORT),
        ("Agent01-is-here", Weakness.PERSONAL),
        ("a.g.e.n.t.01 secret", Weakness.PERSONAL),
        ("我是李小梅的密码本", Weakness.SHORT),
        ("李小梅的密码本在抽屉里", Weakness.PERSONAL),
        ("Password_1234", Weakness.KNOWN),
        ("Woaini-5201314", Weakness.KNOWN),
        ("aaaaabbbbb", Weakness.MONOTONOUS),
        ("0123456789", Weakness.MONOTONOUS),
        ("zyxwvutsrqp", Weakness.MONOTONOUS),
        ("three green lamps", None),
        ("南湖边的三盏绿色路灯啊", None),
    ],
)
def test_a_password_is_refused_for_its_weakness(password: str, weakness: Weakness | None) -> None:
    assert weakness_of(password, login="agent01", name="李小梅", least=10) is weakness


def test_a_name_of_one_letter_is_not_looked_for() -> None:
    assert weakness_of("three green lamps", login="a", name="李", least=10) is None
