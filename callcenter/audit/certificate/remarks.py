"""Names what a certificate can find: a code with its facts, and the sentence of each in Chinese and English.

A certificate is kept as a document, so it holds the sentences of both languages beside the codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from callcenter.audit.certificate.values import VALUES


class FindingCode(StrEnum):
    # law 1
    DIALLED_UNWRITTEN = "dialled_unwritten"
    NOT_PERMITTED = "not_permitted"
    RULE_SET_UNNAMED = "rule_set_unnamed"
    PERMISSION_UNDATED = "permission_undated"
    PERMISSION_LATE = "permission_late"
    PERMISSION_OLD = "permission_old"
    RULE_SET_NOT_IN_USE = "rule_set_not_in_use"
    VERSION_NOT_IN_FORCE = "version_not_in_force"
    SWITCH_DIALLED_UNWRITTEN = "switch_dialled_unwritten"
    SWITCH_DIALLED_EARLY = "switch_dialled_early"
    # law 2
    CAMPAIGN_UNKNOWN = "campaign_unknown"
    CAMPAIGN_NOT_RUNNING = "campaign_not_running"
    OUTSIDE_WINDOW = "outside_window"
    ANOTHER_CALL = "another_call"
    OVER_DAILY_CAP = "over_daily_cap"
    OVER_WEEKLY_CAP = "over_weekly_cap"
    CALLED_TOO_SOON = "called_too_soon"
    OVER_QUOTA = "over_quota"
    SECOND_AGENT = "second_agent"
    LEAD_NOT_HELD = "lead_not_held"
    ON_DO_NOT_CALL = "on_do_not_call"
    REFUSAL_NOT_ENTERED = "refusal_not_entered"
    BASIS_WITHDRAWN = "basis_withdrawn"
    BASIS_OVER = "basis_over"
    # law 3
    NOT_RECORDED = "not_recorded"
    RECORDING_EMPTY = "recording_empty"
    NOT_STORED = "not_stored"
    NOT_READ_BACK = "not_read_back"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_LOCKED = "not_locked"
    LOCKED_TOO_SHORT = "locked_too_short"
    LOCK_OVER = "lock_over"
    SHARED_OBJECT = "shared_object"
    CUT_OFF = "cut_off"
    CUT_OFF_UNWRITTEN = "cut_off_unwritten"
    STORE_SILENT = "store_silent"
    OBJECT_GONE = "object_gone"
    OBJECT_SIZE = "object_size"
    OBJECT_HASH = "object_hash"
    OBJECT_LOCK = "object_lock"
    INCIDENT_OPEN = "incident_open"
    # law 4
    NO_OBLIGATION = "no_obligation"
    OBLIGATION_ASTRAY = "obligation_astray"
    CALLED_BY_BLAMED = "called_by_blamed"
    ENDED_WITHOUT_EVIDENCE = "ended_without_evidence"
    CASE_NOT_CALLED_BACK = "case_not_called_back"
    OVERDUE = "overdue"
    EVIDENCE_OF_OTHER = "evidence_of_other"
    EVIDENCE_TO_OTHER = "evidence_to_other"
    EVIDENCE_NO_CONVERSATION = "evidence_no_conversation"
    EVIDENCE_NOT_STORED = "evidence_not_stored"
    SIGNED_WITHOUT_REASON = "signed_without_reason"
    SIGNED_IN_CONFLICT = "signed_in_conflict"
    SIGNED_TOO_EARLY = "signed_too_early"
    WITHIN_TIME = "within_time"
    CALLED_BACK_LATE = "called_back_late"
    COMPLAINT_WITHOUT_CASE = "complaint_without_case"
    CASE_GONE = "case_gone"
    # calls left open, and the trail
    LEFT_OPEN = "left_open"
    UNKNOWN_OUTCOME = "unknown_outcome"
    ENTRY_CHANGED = "entry_changed"
    ENTRIES_REMOVED = "entries_removed"
    ENTRY_UNCHAINED = "entry_unchained"
    # the facts, held against their notes, the trail and each other
    OBJECT_WITHOUT_ROW = "object_without_row"
    NOTE_NOT_IN_TRAIL = "note_not_in_trail"
    NOTE_GONE = "note_gone"
    NOTE_CHANGED = "note_changed"
    DIGESTS_GONE = "digests_gone"
    DIGESTS_ADDED = "digests_added"
    DIGESTS_CHANGED = "digests_changed"
    NOTES_STOPPED = "notes_stopped"
    FACT_GONE = "fact_gone"
    FACT_CHANGED = "fact_changed"
    FACT_SHORTENED = "fact_shortened"
    FACT_UNNOTED = "fact_unnoted"
    FACT_NOTED_LATE = "fact_noted_late"
    ACT_ROW_GONE = "act_row_gone"
    ACT_ROW_DIFFERS = "act_row_differs"
    ROW_WITHOUT_ACT = "row_without_act"
    ANSWERED_BY_SIGNALS = "answered_by_signals"
    RECORDING_ROW_GONE = "recording_row_gone"
    CALL_OF_RECORDING_GONE = "call_of_recording_gone"
    CALL_OF_ASSIGNMENT_GONE = "call_of_assignment_gone"
    CALL_OF_ENTRY_GONE = "call_of_entry_gone"
    PROMISE_GONE = "promise_gone"
    SUCCESS_WITHOUT_REVIEW = "success_without_review"
    VERDICT_DIFFERS = "verdict_differs"
    HAND_OVER_UNPASSED = "hand_over_unpassed"
    HAND_OVER_GONE = "hand_over_gone"
    VISIT_GONE = "visit_gone"
    BASIS_DIFFERS = "basis_differs"
    LEADS_DIFFER = "leads_differ"
    KEYS_DIFFER = "keys_differ"
    CAMPAIGN_DIFFERS = "campaign_differs"
    # sealed values
    SEAL_ASTRAY = "seal_astray"
    SEAL_UNBOUND = "seal_unbound"
    SEALS_OPEN = "seals_open"


_C = FindingCode

SENTENCES: Mapping[FindingCode, tuple[str, str]] = {
    _C.DIALLED_UNWRITTEN: ("通话记录写入之前已拨号", "dialled before its row was written"),
    _C.NOT_PERMITTED: ("未获准许即拨号", "dialled without permission"),
    _C.RULE_SET_UNNAMED: ("准许未注明所用规则集", "the permission does not name its rule set"),
    _C.PERMISSION_UNDATED: ("准许未注明作出时间", "the permission does not say when it was given"),
    _C.PERMISSION_LATE: ("拨号之后才作出准许", "the permission was given after dialling"),
    _C.PERMISSION_OLD: ("拨号时准许已作出 {seconds} 秒", "the permission was {seconds} s old"),
    _C.RULE_SET_NOT_IN_USE: (
        "准许所用规则集 {rule_set} 当时未启用",
        "the permission names the rule set {rule_set}, which was not in use",
    ),
    _C.VERSION_NOT_IN_FORCE: (
        "准许未依据当时有效的{version}作出",
        "the permission was not given by the {version} in force",
    ),
    _C.SWITCH_DIALLED_UNWRITTEN: ("交换机已拨号，通话记录未反映", "the switch dialled and the row does not say so"),
    _C.SWITCH_DIALLED_EARLY: ("交换机拨号早于记录所载时间", "the switch dialled before the row said so"),
    _C.CAMPAIGN_UNKNOWN: ("活动不明，无法核算外呼时段", "the campaign is not known: no window can be computed"),
    _C.CAMPAIGN_NOT_RUNNING: ("拨号时活动{campaign_state}", "the campaign was {campaign_state}"),
    _C.OUTSIDE_WINDOW: ("不在允许时段内：{rule}", "outside its window: {rule}"),
    _C.ANOTHER_CALL: ("同一{same}的另一通电话尚未结束", "another call was going on with the same {same}"),
    _C.OVER_DAILY_CAP: ("同一号码一天内拨打超过 {cap} 次", "more than {cap} calls to its number on one day"),
    _C.OVER_WEEKLY_CAP: ("同一号码 7 天内拨打超过 {cap} 次", "more than {cap} calls to its number in 7 days"),
    _C.CALLED_TOO_SOON: (
        "距同一号码上一通电话仅 {minutes} 分钟即再次拨打",
        "called {minutes} minutes after another call to its number",
    ),
    _C.OVER_QUOTA: ("持有 {held} 条，配额为 {quota} 条", "held {held}, the quota is {quota}"),
    _C.SECOND_AGENT: ("已有坐席持有时又分给另一坐席", "assigned to a second agent while one had it"),
    _C.LEAD_NOT_HELD: ("拨号坐席并未持有该客户", "the agent who called did not hold its customer"),
    _C.ON_DO_NOT_CALL: ("号码在禁拨名单中（记录 {entries}）", "on the do-not-call list by entry {entries}"),
    _C.REFUSAL_NOT_ENTERED: ("客户已拒绝，未登记禁拨", "the customer refused, and no do-not-call entry was made"),
    _C.BASIS_WITHDRAWN: ("拨号前客户已撤回授权", "the legal basis of its customer was withdrawn before"),
    _C.BASIS_OVER: ("拨号时客户授权已到期", "the legal basis of its customer had run out"),
    _C.NOT_RECORDED: ("已接通而没有录音", "answered and not recorded"),
    _C.RECORDING_EMPTY: (
        "录音为空：通话 {against} 秒",
        "the recording is empty: 0.0 s recorded of {against} s answered",
    ),
    _C.NOT_STORED: (
        "录音未入库：{recording_state}，通话结束后已 {seconds} 秒",
        "the recording is not stored: {recording_state}, {seconds} s after the call",
    ),
    _C.NOT_READ_BACK: ("录音入库后未经回读核对", "the recording was never read back"),
    _C.TOO_SHORT: ("录音 {recorded} 秒，短于通话 {against} 秒", "{recorded} s recorded of {against} s answered"),
    _C.TOO_LONG: (
        "录音 {recorded} 秒，长于整通电话 {against} 秒",
        "{recorded} s recorded, the whole call lasted {against} s",
    ),
    _C.NOT_LOCKED: ("录音未加锁", "the recording is not locked"),
    _C.LOCKED_TOO_SHORT: (
        "锁定至 {until}，保存政策要求至 {wanted}",
        "locked until {until}, the policy wants {wanted}",
    ),
    _C.LOCK_OVER: ("锁定已于 {until} 到期，政策未予裁定", "the lock ended on {until} and no policy has said so"),
    _C.SHARED_OBJECT: ("其录音同时属于另一通电话", "its recording is also another call's"),
    _C.CUT_OFF: (
        "通话中断，未见其结束：已录 {recorded} 秒并入库",
        "cut off, its end was not seen: {recorded} s are recorded and stored",
    ),
    _C.CUT_OFF_UNWRITTEN: (
        "通话中断，未见其结束：接通后随即中断，尚无录音写入磁盘",
        "cut off, its end was not seen: so soon after the answer that nothing had reached the disk",
    ),
    _C.STORE_SILENT: (
        "对象存储无应答：{left} 条录音未核对",
        "does not answer: {left} recordings were not looked at",
    ),
    _C.OBJECT_GONE: ("对象存储中没有其录音", "the store does not hold its recording"),
    _C.OBJECT_SIZE: (
        "对象存储中为 {held} 字节，入库时为 {stored} 字节",
        "the store holds {held} bytes, {stored} were stored",
    ),
    _C.OBJECT_HASH: ("对象存储中的 SHA-256 不一致", "the store names another SHA-256"),
    _C.OBJECT_LOCK: (
        "对象存储中的锁定早于入库时确认的期限",
        "the store's lock ends before the one it confirmed",
    ),
    _C.INCIDENT_OPEN: ("未结录音事件：{incident}", "open incident: {incident}"),
    _C.NO_OBLIGATION: ("没有回访义务", "there is no callback obligation"),
    _C.OBLIGATION_ASTRAY: ("其回访义务属于他事", "its obligation is for something else"),
    _C.CALLED_BY_BLAMED: ("回访由被投诉坐席拨打", "the agent complained of made the callback"),
    _C.ENDED_WITHOUT_EVIDENCE: ("回访义务无凭据即告结束", "its obligation ended without evidence"),
    _C.CASE_NOT_CALLED_BACK: (
        "案件{case_state}，客户却未获回访",
        "the case is {case_state} though its customer was not called back",
    ),
    _C.OVERDUE: ("自 {since} 起逾期", "overdue since {since}"),
    _C.EVIDENCE_OF_OTHER: (
        "所引凭据不是为此义务拨打的电话",
        "the call named as evidence was not made for this obligation",
    ),
    _C.EVIDENCE_TO_OTHER: ("所引凭据是与另一客户的电话", "the call named as evidence was to another customer"),
    _C.EVIDENCE_NO_CONVERSATION: ("所引凭据并未通话", "the call named as evidence was no conversation"),
    _C.EVIDENCE_NOT_STORED: ("所引凭据没有入库录音", "the call named as evidence has no stored recording"),
    _C.SIGNED_WITHOUT_REASON: ("签核未写明原因", "signed off without a reason"),
    _C.SIGNED_IN_CONFLICT: (
        "签核人与案件有利害关系",
        "signed off by a person with a conflict of interest in the case",
    ),
    _C.SIGNED_TOO_EARLY: (
        "拨打 {tried} 次后签核，规定 {demanded} 次",
        "signed off after {tried} attempts, {demanded} were demanded",
    ),
    _C.WITHIN_TIME: (
        "期限内：须于 {due} 前回访，已拨打 {tried} 次",
        "within its time: to be called back by {due}, {tried} attempts made",
    ),
    _C.CALLED_BACK_LATE: ("逾期回访", "called back late"),
    _C.COMPLAINT_WITHOUT_CASE: ("通话中有投诉，未立案", "a complaint, and no case was opened"),
    _C.CASE_GONE: ("回访义务的案件已不存在", "an obligation whose case is gone"),
    _C.LEFT_OPEN: ("早已计划，至今仍为{call_state}", "still {call_state}, planned long ago"),
    _C.UNKNOWN_OUTCOME: (
        "结局不明：如实显示，不作推测",
        "how it ended is not known: shown as unknown, never guessed",
    ),
    _C.ENTRY_CHANGED: ("条目被修改：{detail}", "changed: {detail}"),
    _C.ENTRIES_REMOVED: ("条目缺失：{detail}", "removed: {detail}"),
    _C.ENTRY_UNCHAINED: ("条目与前一条不相连：{detail}", "unchained: {detail}"),
    _C.OBJECT_WITHOUT_ROW: (
        "对象存储中有其录音，数据库中却没有录音记录",
        "the store holds its recording, and the row of the recording is gone",
    ),
    _C.NOTE_NOT_IN_TRAIL: ("审计链中没有这次摘要的条目", "the trail holds no act of this note"),
    _C.NOTE_GONE: ("审计链载有这次摘要，数据库中却没有", "the trail holds the act of this note, and the note is gone"),
    _C.NOTE_CHANGED: ("这次摘要的时间与审计链不符", "the time of this note differs from the trail"),
    _C.DIGESTS_GONE: (
        "{day} 的摘要（{fact}）已缺失：审计链载 {said} 条",
        "the digests of {day} ({fact}) are gone: the trail says {said}",
    ),
    _C.DIGESTS_ADDED: (
        "{day} 的摘要（{fact}）有 {held} 条未载于审计链",
        "{held} digests of {day} ({fact}) are not in the trail",
    ),
    _C.DIGESTS_CHANGED: (
        "{day} 的摘要（{fact}）与审计链不符：审计链载 {said} 条，现有 {held} 条",
        "the digests of {day} ({fact}) differ from the trail: it says {said}, there are {held}",
    ),
    _C.NOTES_STOPPED: (
        "自 {since} 起没有再做摘要：其后的记录只与审计链中的操作核对",
        "no note since {since}: what came later is held against the acts in the trail alone",
    ),
    _C.FACT_GONE: (
        "记录已被删除，或不再处于已摘要的状态（{fact}，第 {note} 次摘要）",
        "the row is gone, or no longer in the state that was noted ({fact}, note {note})",
    ),
    _C.FACT_CHANGED: (
        "记录被改动，没有对应的操作（{fact}，第 {note} 次摘要）",
        "the row was changed without an act ({fact}, note {note})",
    ),
    _C.FACT_SHORTENED: (
        "保存期限被缩短（{fact}，第 {note} 次摘要）",
        "its retention was shortened ({fact}, note {note})",
    ),
    _C.FACT_UNNOTED: (
        "记录事后补入：其所载时间之后的摘要中并没有它（{fact}）",
        "written afterwards: a note later than its own time has not seen it ({fact})",
    ),
    _C.FACT_NOTED_LATE: (
        "记录事后补入：第 {note} 次摘要晚于其所载时间，当时并没有它（{fact}）",
        "written afterwards: note {note} is later than its own time and has not seen it ({fact})",
    ),
    _C.ACT_ROW_GONE: (
        "审计记录 {entry}（{act}）所写的记录已不存在",
        "the row that audit record {entry} ({act}) has written is gone",
    ),
    _C.ACT_ROW_DIFFERS: (
        "与审计记录 {entry}（{act}）不符",
        "it differs from audit record {entry} ({act})",
    ),
    _C.ROW_WITHOUT_ACT: ("审计链中没有写入它的操作（{act}）", "no act in the trail has written it ({act})"),
    _C.ANSWERED_BY_SIGNALS: (
        "交换机信号显示已接通，通话记录却为未接通",
        "the switch's signals say that it was answered, and its row does not",
    ),
    _C.RECORDING_ROW_GONE: ("已拨号而没有录音记录", "dialled, and it has no row of a recording"),
    _C.CALL_OF_RECORDING_GONE: ("录音所属的通话 {call} 已不存在", "the call {call} of the recording is gone"),
    _C.CALL_OF_ASSIGNMENT_GONE: (
        "名单以通话结果“{end}”结束，却没有这通电话",
        "it ended by a call with {end}, and there is no such call",
    ),
    _C.CALL_OF_ENTRY_GONE: ("登记所依据的通话 {call} 已不存在", "the call {call} it was entered for is gone"),
    _C.PROMISE_GONE: ("约定了回拨，却没有回拨记录", "a callback was promised, and there is none"),
    _C.SUCCESS_WITHOUT_REVIEW: ("成功的通话没有质检记录", "a success without a review"),
    _C.VERDICT_DIFFERS: (
        "通话上的质检结论与质检记录 {review} 不符",
        "its verdict of quality differs from that of review {review}",
    ),
    _C.HAND_OVER_UNPASSED: ("未经质检通过即已移交", "handed over though quality has not passed it"),
    _C.HAND_OVER_GONE: ("质检已通过，却没有移交记录", "passed by quality, and there is no hand-over"),
    _C.VISIT_GONE: ("移交没有上门记录", "the hand-over has no visit"),
    _C.BASIS_DIFFERS: (
        "客户授权的现状与其历史不符",
        "the legal basis of the customer differs from its history",
    ),
    _C.LEADS_DIFFER: (
        "名单应有 {said} 条客户，现有 {held} 条",
        "the list has {held} customers, {said} were imported",
    ),
    _C.KEYS_DIFFER: (
        "外部名单应有 {said} 个号码，现有 {held} 个",
        "the external list has {held} numbers, {said} were delivered",
    ),
    _C.CAMPAIGN_DIFFERS: (
        "活动现行规则与其最新版本（{number}）不符",
        "the rules of the campaign differ from its latest version ({number})",
    ),
    _C.SEAL_ASTRAY: (
        "加密内容 {column} 在此处无法解密：被改动，或取自其他记录或字段",
        "the sealed {column} does not open here: it was altered, or belongs to another row or column",
    ),
    _C.SEALS_OPEN: (
        "尚未确认全部加密内容均已绑定所在记录：请运行 callcenter reseal",
        "it is not noted that every sealed value is bound to its row: run callcenter reseal",
    ),
    _C.SEAL_UNBOUND: (
        "加密内容 {column} 未与本记录绑定，而全部内容均已绑定：取自较早的数据",
        "the sealed {column} is bound to no row, although all were bound: it comes from older data",
    ),
}
"""Chinese, English."""


class Besides(StrEnum):
    """Why a finding is a note and not an exception."""

    INCIDENT_OPEN = "incident_open"
    INCIDENT_SETTLED = "incident_settled"
    MAY_COME = "may_come"


BESIDES: Mapping[Besides, tuple[str, str]] = {
    Besides.INCIDENT_OPEN: ("（事件处理中）", " (an incident is open)"),
    Besides.INCIDENT_SETTLED: ("（事件已了结：{reason}）", " (the incident was closed for good: {reason})"),
    Besides.MAY_COME: ("（可能仍会入库）", " (may still come)"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found: a code with its facts, which are texts, numbers, or codes of ``VALUES``, or lists of them."""

    code: FindingCode
    facts: Mapping[str, Any] = field(default_factory=dict)
    besides: Besides | None = None

    @property
    def zh(self) -> str:
        return self._in(0)

    @property
    def en(self) -> str:
        return self._in(1)

    def _in(self, language: int) -> str:
        comma = ("、", ", ")[language]
        words = {name: _word(name, value, language, comma) for name, value in self.facts.items()}
        besides = BESIDES[self.besides][language].format(**words) if self.besides else ""
        return SENTENCES[self.code][language].format(**words) + besides


def _word(name: str, value: Any, language: int, comma: str) -> str:
    if isinstance(value, list | tuple):
        return comma.join(_word(name, one, language, comma) for one in value)
    known = VALUES.get(name, {}).get(str(value))
    return known[language] if known else str(value)
