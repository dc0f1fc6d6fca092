"""Each code of a finding and of an incident has words in Chinese and English, with the facts that the code has."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from callcenter.audit.certificate.remarks import BESIDES, SENTENCES, Besides, FindingCode, Remark
from callcenter.audit.certificate.values import VALUES
from callcenter.calls.types import CallState
from callcenter.campaigns.types import CampaignState, WindowRule
from callcenter.complaints.types import CaseState
from callcenter.recordings.types import DetailCode, IncidentKind, RecordingState

PANELS = Path(__file__).parents[2] / "callcenter/panels/src/locale"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def facts_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", FindingCode)
def test_a_finding_has_a_sentence_in_both_languages_about_the_same_facts(code: FindingCode) -> None:
    chinese, english = SENTENCES[code]
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    assert facts_in(english) == facts_in(chinese)


def test_facts_that_are_codes_have_words() -> None:
    known: dict[str, set[Any]] = {
        "campaign_state": set(CampaignState) - {CampaignState.RUNNING},
        "rule": set(WindowRule) - {WindowRule.OPEN},
        "recording_state": set(RecordingState),
        "call_state": set(CallState) - {CallState.ENDED},
        "incident": set(IncidentKind),
        "case_state": {CaseState.ANSWERED, CaseState.CLOSED},
    }
    for name, codes in known.items():
        assert set(VALUES[name]) == {code.value for code in codes}, name
    assert set(BESIDES) == set(Besides)


def test_a_remark_is_said_in_both_languages() -> None:
    remark = Remark(FindingCode.ANOTHER_CALL, {"same": ["agent", "number"]}, Besides.MAY_COME)
    assert remark.zh == "同一坐席、号码的另一通电话尚未结束（可能仍会入库）"
    assert remark.en == "another call was going on with the same agent, number (may still come)"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_detail_of_an_incident_has_words(language: str) -> None:
    text = (PANELS / language / "incidents.ts").read_text()
    block = re.search(r"incidentDetail = \{(.*?)\n\}", text, re.DOTALL)
    assert block
    assert set(re.findall(r"^  (\w+):", block[1], re.MULTILINE)) == {code.value for code in DetailCode}
