"""Differences between the stored and the wanted files of a switch, in words."""

import pytest

from callcenter.telephony.asterisk.drift import Difference, Drift, StoredFile, differences

WANTED = """[global]
type = global

; ---- the trunk
[carrier]
type = aor
contact = sip:10.0.0.9:5060
[carrier]
type = auth
username = bank
password = right-one

[1001](phone)
auth = 1001
[1001](phone-aor)
"""
FILE = "etc/pjsip.conf"


def found(text: str, mode: int = 0o600) -> list[Difference]:
    return differences({FILE: WANTED}, {FILE: StoredFile(text, mode)})


def test_comments_blank_lines_and_the_order_of_sections_are_no_difference() -> None:
    first, *others = WANTED.split("\n\n")
    assert found(WANTED) == []
    assert found("\n\n".join([*others, first]).replace("; ---- the trunk", "; edited\n\n")) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sip:10.0.0.9:5060", "sip:10.0.0.8:5060", "[carrier aor] contact: 现为 is sip:10.0.0.8:5060，应为 and should"),
        ("username = bank\n", "", "[carrier auth]: 缺少 lacks username = bank"),
        ("type = aor\n", "type = aor\nmax_contacts = 2\n", "多出 has in addition max_contacts = 2"),
        ("[1001](phone-aor)\n", "", "缺少 lacks [1001(phone-aor)]"),
        ("auth = 1001\n", "auth = 1001\n[1002](phone)\n", "多出 has in addition [1002(phone)]"),
        ("password = right-one", "password = wrong-one", "[carrier auth] password: 现为 is (不显示 not shown)"),
    ],
)
def test_each_change_is_said_with_its_place(old: str, new: str, words: str) -> None:
    (difference,) = found(WANTED.replace(old, new))
    assert words in str(difference)
    assert str(difference).startswith(FILE)


def test_passwords_are_not_shown() -> None:
    for text in (WANTED.replace("right-one", "wrong-one"), WANTED.replace("password = right-one\n", "")):
        (difference,) = found(text)
        assert "one" not in str(difference) + repr(difference)


def test_a_file_that_is_not_there_or_open_to_others_is_named() -> None:
    assert [one.kind for one in differences({FILE: WANTED}, {})] == [Drift.NO_FILE]
    (difference,) = found(WANTED, mode=0o644)
    assert (difference.kind, difference.stored) == (Drift.OPEN_TO_OTHERS, "0644")


def test_a_program_is_compared_as_a_whole() -> None:
    wanted, script = {"bin/recording-closed": "#!/bin/sh\n"}, StoredFile("#!/bin/sh\nexit 0\n", 0o755)
    assert [one.kind for one in differences(wanted, {"bin/recording-closed": script})] == [Drift.CHANGED]
    assert differences(wanted, {"bin/recording-closed": StoredFile("#!/bin/sh\n", 0o755)}) == []
