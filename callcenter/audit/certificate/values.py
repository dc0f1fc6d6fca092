"""Holds the words of the codes that stand in a certificate's sentences."""

from collections.abc import Mapping

VALUES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "version": {
        "campaign": ("活动版本", "version of the campaign"),
        "calendar": ("工作日历", "calendar"),
        "service_hours": ("服务时段", "service hours"),
    },
    "campaign_state": {"preparing": ("尚在筹备", "preparing"), "closed": ("已关闭", "closed")},
    "rule": {
        "campaign_state": ("活动未在进行", "the campaign did not run"),
        "first_day": ("活动首日之前", "the first day of the campaign had not come"),
        "working_day": ("非工作日", "the day was not worked"),
        "legal_calling_hours": ("法定时段之外", "the legal calling hours"),
        "shift": ("活动班次之外", "the campaign's shifts"),
        "service_hours": ("服务时段之外", "the service hours"),
        "window_not_evaluable": ("时段无法核算，按关闭处理", "it could not be computed, and counts as closed"),
    },
    "same": {"agent": ("坐席", "agent"), "customer": ("客户", "customer"), "number": ("号码", "number")},
    "recording_state": {
        "armed": ("录制中", "armed"),
        "captured": ("已采集", "captured"),
        "stored": ("已入库", "stored"),
        "empty": ("无声音", "empty"),
        "failed": ("没有文件", "failed"),
        "destroyed": ("已销毁", "destroyed"),
    },
    "case_state": {"answered": ("已答复", "answered"), "closed": ("已办结", "closed")},
    "call_state": {
        "planned": ("待拨", "planned"),
        "dialling": ("拨号中", "dialling"),
        "ringing": ("振铃中", "ringing"),
        "answered": ("通话中", "answered"),
    },
    "incident": {
        "missing": ("没有录音", "missing"),
        "no_audio": ("录音无声音", "no audio"),
        "wrong_length": ("录音时长与通话不符", "wrong length"),
        "late": ("录音未按时入库", "late"),
        "stuck": ("录音长时间未完成", "stuck"),
        "damaged": ("录音文件损坏", "damaged"),
        "orphan": ("录音没有对应的通话", "orphan"),
        "object_gone": ("对象存储中录音丢失", "object gone"),
        "extra_object": ("对象存储中有多余的录音", "extra object"),
        "lock_refused": ("存储拒绝延长锁定", "lock not lengthened"),
        "changed": ("已入库的录音内容改变", "stored recording changed"),
    },
}
"""Fact that is a code → its values in Chinese and English."""
