"""Chinese labels of an exported ledger. The panels have their own; a code without a label is shown as it is."""

from callcenter.reporting.types import LedgerBy

COLUMNS = {
    "lead_id": "客户编号",
    "source": "来源",
    "list_name": "名单",
    "line": "名单行号",
    "branch": "分支机构",
    "target_group": "目标客群",
    "campaign": "活动",
    "imported_at": "导入时间",
    "name_masked": "姓名（脱敏）",
    "phone_masked": "电话（脱敏）",
    "customer_class": "客户类别",
    "district": "区县",
    "result": "去向",
    "left": "是否剩余",
    "times_allocated": "分配次数",
    "agents": "经手坐席",
    "last_agent": "最后坐席",
    "allocated_at": "最后分配时间",
    "returned_why": "收回原因",
    "calls": "拨打次数",
    "answered": "接通次数",
    "last_called_at": "最后拨打时间",
    "last_outcome": "最后接通结果",
    "last_disposition": "最后通话结果",
    "verdict": "质检结论",
    "hand_over": "派单状态",
    "visits": "拜访次数",
    "visit_result": "拜访结果",
    "complaint": "投诉",
    "do_not_call": "禁拨至",
    "basis_withdrawn_at": "授权撤回时间",
}
"""Heading of each column, in the order of the sheet."""

TOTALS = (
    *("分组", "名称", "客户数", "剩余", "分配过", "拨打过", "接通过", "拨打次数", "接通率", "转化率"),
    *("质检通过", "待质检", "质检未通过", "签单", "承保"),
)

GROUPS = {
    LedgerBy.BRANCH: "按分支机构",
    LedgerBy.LIST: "按名单",
    LedgerBy.AGENT: "按最后坐席",
    LedgerBy.CLASS: "按客户类别",
    LedgerBy.CAMPAIGN: "按活动",
}

FILTERS = {
    "list_id": "名单编号",
    "branch": "分支机构",
    "campaign_id": "活动编号",
    "customer_class": "客户类别",
    "result": "去向",
    "agent_id": "坐席编号",
    "district": "区县",
    "imported_from": "导入日期起",
    "imported_to": "导入日期止",
}

_DISPOSITIONS = {
    "success": "同意上门",
    "callback": "约定回拨",
    "thinking": "考虑中",
    "refused": "拒绝",
    "do_not_call": "要求禁拨",
    "wrong_person": "非本人",
    "complaint": "投诉",
    "not_reached": "未接通",
    "machine": "语音信箱",
    "not_entered": "未填写处理结果",
    "resolved": "回访完成",
    "unresolved": "客户仍不满意",
}

_WORDS: dict[str, dict[str, str]] = {
    "result": {
        "stock": "在库",
        "held": "已分配",
        "promised": "待回拨",
        "success": "成功",
        "thinking": "考虑中",
        "refused": "拒绝",
        "do_not_call": "要求禁拨",
        "wrong_person": "非本人",
        "complaint": "投诉",
        "lapsed": "回拨未果",
        "not_reached": "未接通",
        "invalid_number": "空号",
        "on_dnc_list": "禁拨名单",
        "withdrawn": "授权已撤回",
        "ruled_out": "按规则办结",
    },
    "disposition": _DISPOSITIONS,
    "outcome": {
        "answered": "已接通",
        "busy": "占线",
        "no_answer": "无人接听",
        "rejected": "拒接",
        "unreachable": "无法接通",
        "congestion": "网络拥塞",
        "line_fault": "线路故障",
        "invalid_number": "空号",
        "machine": "语音信箱",
        "cancelled": "坐席挂断",
        "not_placed": "未拨出",
        "unknown": "结果未知",
    },
    "returned": {
        "not_eligible": "坐席不可外呼",
        "off_roster": "坐席未排班",
        "left": "坐席离职",
        "active": "坐席停用",
        "licence": "执业证失效",
        "training": "培训未完成",
        "exam": "考试未通过",
        "agreement": "未签保密协议",
        "leaving": "坐席离职",
        "over_quota": "超出配额",
        "returned_leads": "线索收回",
        "do_not_call": "列入禁拨",
        "basis_withdrawn": "授权撤回",
    },
    "verdict": {
        "pass": "通过",
        "fail": "不通过",
        "return": "退回补正",
        "open": "待质检",
        "claimed": "质检中",
        "decided": "已完成",
    },
    "hand_over": {"unknown_region": "片区不明", "open": "待派发", "assigned": "已派发", "done": "已完成"},
    "visit_result": {
        "signed": "已签单",
        "thinking": "考虑中",
        "refused": "拒绝",
        "not_met": "未遇见",
        "wrong": "信息有误",
    },
    "complaint": {"open": "待回访", "answered": "待处理", "decided": "待回访（已处理）", "closed": "已办结"},
}


def say(kind: str, code: str) -> str:
    """Returns the label of a code."""
    return _WORDS[kind].get(code, code)
