"""Holds the score card in force, as data. A change of its items is a new version (requirement Q2).

Source: requirements C8 (three checks, mandatory statements) and Q2 (fatal items).
"""

from callcenter.quality.types import CardItem, ScoreCard

CURRENT = ScoreCard(
    version="2026-1",
    items=(
        CardItem("identity", "核对客户本人身份", "The customer's identity was checked", fatal=True),
        CardItem("product", "准确说明所介绍的是保险产品", "It was made clear that this is insurance", fatal=True),
        CardItem("service_promise", "服务承诺属实且可兑现", "Nothing was promised that cannot be kept", fatal=True),
        CardItem("own_name", "报出本人姓名", "The agent gave their own name", fatal=False),
        CardItem("company", "完整报出保险公司名称", "The company was named in full", fatal=True),
        CardItem("licence", "报出执业证编号", "The licence number was given", fatal=True),
        CardItem("recording_notice", "告知通话录音", "The agent announced that the call is recorded", fatal=True),
        CardItem("misleading", "无误导性表述", "Nothing misleading was said", fatal=True),
        CardItem("consent", "客户明确同意上门拜访", "The customer clearly agreed to a visit", fatal=True),
        CardItem("appointment", "拜访时间与地址已核对", "Time and address of the visit were confirmed", fatal=False),
        CardItem("courtesy", "用语文明礼貌", "The agent was courteous", fatal=False),
    ),
)
