"""What a phone column holds: the mobile number behind every spelling, or the reason why there is none."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.leads.rules.phone import read_phone
from callcenter.leads.types import NumberProblem

MOBILE = "13800001234"
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "spelt",
    [
        "13800001234",
        "１３８００００１２３４",
        "+8613800001234",
        "＋86 138 0000 1234",
        "008613800001234",
        "86-138 0000 1234",
        "8613800001234",
        "(+86) 138-0000-1234",
        "+86(0)13800001234",
        "013800001234",
        " 138-0000-1234\u3000",
        "'13800001234",
        "138\u200b0000\ufeff1234",
        "138–0000—1234",
        "13800001234.0",
        "1.3800001234E+10",
        "1.3800001234e10",
        13800001234.0,
        13800001234,
    ],
)
def test_every_spelling_gives_the_eleven_digits(spelt: object) -> None:
    assert read_phone(spelt) == MOBILE


@pytest.mark.parametrize(
    ("spelt", "reason"),
    [
        (None, NumberProblem.MISSING_PHONE),
        ("", NumberProblem.MISSING_PHONE),
        (" \u3000", NumberProblem.MISSING_PHONE),
        ("-", NumberProblem.MISSING_PHONE),
        ("无", NumberProblem.MISSING_PHONE),
        ("N/A", NumberProblem.MISSING_PHONE),
        ("+1 415 555 0133", NumberProblem.FOREIGN),
        ("+852 9123 4567", NumberProblem.FOREIGN),
        ("0044 20 7946 0000", NumberProblem.FOREIGN),
        ("110", NumberProblem.SHORT_CODE),
        ("10086", NumberProblem.SHORT_CODE),
        ("95588", NumberProblem.SERVICE_NUMBER),
        ("12345", NumberProblem.SERVICE_NUMBER),
        ("400-800-1234", NumberProblem.SERVICE_NUMBER),
        ("800-820-1234", NumberProblem.SERVICE_NUMBER),
        ("0771-5551234", NumberProblem.LANDLINE),
        ("+86 771 5551234", NumberProblem.LANDLINE),
        ("010-65551234", NumberProblem.LANDLINE),
        ("5551234", NumberProblem.LANDLINE),
        ("电话无", NumberProblem.MALFORMED),
        ("1380000123O", NumberProblem.MALFORMED),
        ("138000012345", NumberProblem.MALFORMED),
        ("1380000123", NumberProblem.MALFORMED),
        ("12800001234", NumberProblem.MALFORMED),
        ("00000000000", NumberProblem.MALFORMED),
        ("1.38E+10", NumberProblem.DIGITS_LOST),
        ("13800001234/13900001234", NumberProblem.MALFORMED),
        ("138٠٠٠٠١٢٣٤", NumberProblem.MALFORMED),
        (True, NumberProblem.MALFORMED),
    ],
)
def test_numbers_that_are_not_mobile_have_a_reason(spelt: object, reason: NumberProblem) -> None:
    assert read_phone(spelt) is reason


@pytest.mark.parametrize(
    ("spelt", "number"),
    [
        ("0771-5551234", "07715551234"),
        ("+86 771 5551234", "07715551234"),
        ("（010）6555 1234", "01065551234"),
        ("021-65551234", "02165551234"),
        ("13800001234", MOBILE),
    ],
)
def test_landlines_with_their_area_code_are_taken_where_that_is_allowed(spelt: str, number: str) -> None:
    assert read_phone(spelt, allow_landlines=True) == number


@pytest.mark.parametrize(
    ("spelt", "reason"),
    [
        ("5551234", NumberProblem.LANDLINE),
        ("95588", NumberProblem.SERVICE_NUMBER),
        ("0400-800-1234", NumberProblem.SERVICE_NUMBER),
        ("10086", NumberProblem.SHORT_CODE),
        ("010-1234567", NumberProblem.MALFORMED),
    ],
)
def test_numbers_that_cannot_be_dialled_are_never_accepted(spelt: str, reason: NumberProblem) -> None:
    assert read_phone(spelt, allow_landlines=True) is reason


@settings(deadline=None)
@given(mobiles)
def test_every_mobile_number_is_recognised(mobile: str) -> None:
    """Also those that end like a country prefix: 150 8270 0086."""
    for spelt in (mobile, "+86" + mobile, "0086" + mobile, "86" + mobile, float(mobile), f"{mobile[:3]} {mobile[3:]}"):
        assert read_phone(spelt) == mobile


def test_a_number_that_ends_in_a_country_prefix_stays_whole() -> None:
    assert read_phone("15082700086") == "15082700086"


@settings(deadline=None)
@given(st.text(alphabet=string.printable + "０１２８电话无＋－\u3000\u200b", max_size=30))
def test_every_text_is_a_mobile_number_or_has_a_reason(text: str) -> None:
    answer = read_phone(text)
    if not isinstance(answer, NumberProblem):
        assert len(answer) == 11
        assert answer.isascii()
        assert answer.isdigit()
        assert answer[0] == "1"
        assert read_phone(answer) == answer
