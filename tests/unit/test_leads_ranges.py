"""Carrier and city by the first digits of a number: as the library says, without loading its world."""

import pytest
from phonenumbers import PhoneNumber, carrier

from callcenter.imports.ranges import Origin, origin


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        ("13877101234", Origin("中国移动", "广西南宁市")),
        ("13307711234", Origin("中国电信", "广西南宁市")),
        ("19978001234", Origin("中国电信", "")),
        ("07715551234", Origin("", "广西壮族自治区南宁市、崇左市")),
        ("01065551234", Origin("", "北京市")),
        ("02165551234", Origin("", "上海市")),
    ],
)
def test_number_ranges_give_carrier_and_city(number: str, hint: Origin) -> None:
    assert origin(number) == hint


def test_carriers_are_the_same_as_the_librarys() -> None:
    named = 0
    for start in range(1300, 2000):
        number = f"{start}5551234"
        name = carrier.name_for_number(PhoneNumber(country_code=86, national_number=int(number)), "zh")
        if name:
            assert origin(number).carrier == name
            named += 1
    assert named > 400


def test_every_mobile_number_has_an_answer() -> None:
    for start in range(1300, 2000):
        assert isinstance(origin(f"{start}0000000").city, str)
