"""Holds the Chinese words of an exported ledger. Panels have their own; a code without a word is shown as it is."""

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
    "customer_class": "客户分类",
    "district": "区县",
    "result": "去向",
    "left": "是否剩余",
    "times_allocated": "分配次数",
    "agents": "经手坐席",
    "last_agent": "最后坐席",
    "allocated_at": "最后分配时间",
    "returned_why": "退回原因",
    "calls": "拨打次数",
    "answered": "接通次数",
    "last_called_at": "最后拨打时间",
    "last_outcome": "最后通话结局",
    "last_disposition": "最后处理结果",
    "verdict": "质检结论",
    "hand_over": "移交状态",
    "visits": "拜访次数",
    "visit_result": "拜访结果",
    "complaint": "投诉",
    "do_not_call": "禁拨至",
    "basis_withdrawn_at": "依据撤回时间",
}
"""Heading of each column, in the order of the sheet."""

TOTALS = (
    *("分组", "名称", "客户数", "剩余", "分配过", "拨打过", "接通过", "拨打次数", "接通率", "转化率"),
    *("质检通过", "签约"),
)

GROUPS = {
    LedgerBy.BRANCH: "按分支机构",
    LedgerBy.LIST: "按名单",
    LedgerBy.AGENT: "按最后坐席",
    LedgerBy.CLASS: "按客户分类",
    LedgerBy.CAMPAIGN: "按活动",
}

FILTERS = {
    "list_id": "名单编号",
    "branch": "分支机构",
    "campaign_id": "活动编号",
    "customer_class": "客户分类",
    "result": "去向",
    "agent_id": "坐席编号",
    "district": "区县",
    "imported_from": "导入日期起",
    "imported_to": "导入日期止",
}

_DISPOSITIONS = {
    "success": "成功",
    "callback": "约定回拨",
    "thinking": "考虑中",
    "refused": "拒绝",
    "do_not_call": "要求禁拨",
    "wrong_person": "非本人",
    "complaint": "投诉",
    "not_reached": "未接通",
    "machine": "语音信箱",
    "resolved": "已解决",
    "unresolved": "未解决",
}

_WORDS: dict[str, dict[str, str]] = {
    "result": {
        "stock": "在库",
        "held": "在手",
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
        "withdrawn": "依据已撤回",
        "ruled_out": "规则关闭",
    },
    "disposition": _DISPOSITIONS,
    "outcome": {
        "answered": "接通",
        "busy": "占线",
        "no_answer": "无人接听",
        "rejected": "拒接",
        "unreachable": "无法接通",
        "congestion": "网络拥塞",
        "line_fault": "线路故障",
        "invalid_number": "空号",
        "machine": "语音信箱",
        "cancelled": "我方取消",
        "not_placed": "未拨出",
        "unknown": "结局不明",
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
        "returned_leads": "退回再分",
        "do_not_call": "进入禁拨名单",
        "basis_withdrawn": "依据撤回",
    },
    "verdict": {
        "pass": "通过",
        "fail": "不通过",
        "return": "退回补正",
        "open": "待检",
        "claimed": "质检中",
        "decided": "已定",
    },
    "hand_over": {"unknown_region": "区域不明", "open": "待指派", "assigned": "已指派", "done": "已完成"},
    "visit_result": {
        "signed": "签约",
        "thinking": "考虑中",
        "refused": "拒绝",
        "not_met": "未遇",
        "wrong": "人或地址不符",
    },
    "complaint": {"open": "待回访", "answered": "已回访待处理", "decided": "已处理待回访", "closed": "已结案"},
}


def say(kind: str, code: str) -> str:
    """Returns the word for a code."""
    return _WORDS[kind].get(code, code)
