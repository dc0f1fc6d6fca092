"""Holds every sentence of the doctor, in Chinese and English: what is wrong, and what to do."""

from collections.abc import Mapping

from callcenter.doctor.types import Area, Severity

_STOPS, _WARNS, _EXPLAINS = Severity.STOPS, Severity.WARNS, Severity.EXPLAINS

Entry = tuple[Area, Severity, str, str]

WORDS: Mapping[str, Entry] = {
    # -- parts
    "engine_missing": (
        Area.PARTS,
        _STOPS,
        "交换机 {node} 没有外呼引擎在运行，不会外呼：请启动 callcenter serve --role engine，并看它的日志",
        "No engine leads switch {node}, so nothing is dialled: start callcenter serve --role engine and read its log",
    ),
    "recorder_missing": (
        Area.PARTS,
        _STOPS,
        "交换机 {node} 没有录音服务在运行，录音留在本机：请启动 callcenter serve --role recorder，并看它的日志",
        "No recorder works for switch {node}, its recordings stay there: start callcenter serve --role recorder and "
        "read its log",
    ),
    "office_missing": (
        Area.PARTS,
        _STOPS,
        "后台部件没有运行，夜间分配和各项任务都不会执行：请启动 callcenter serve --role office，并看它的日志",
        "No office runs, so neither the allocation nor any job is done: start callcenter serve --role office and read "
        "its log",
    ),
    "web_missing": (
        Area.PARTS,
        _STOPS,
        "没有网页部件在报到，坐席打不开页面：请启动 callcenter serve --role web，并看它的日志",
        "No web worker reports, so pages do not open: start callcenter serve --role web and read its log",
    ),
    "switch_gone": (
        Area.SWITCH,
        _STOPS,
        "引擎连不上交换机 {node}，不会外呼：请检查 Asterisk 是否运行、CALLCENTER_SWITCH_AMI_* 是否与 manager.conf 一致",
        "The engine cannot reach switch {node}, so nothing is dialled: look whether Asterisk runs and "
        "CALLCENTER_SWITCH_AMI_* are those of manager.conf",
    ),
    "engine_behind": (
        Area.PARTS,
        _STOPS,
        "交换机 {node} 的信号晚了 {seconds} 秒，暂不派发客户：请检查数据库和本机负载，追上后自动恢复",
        "Signals of switch {node} are {seconds} s late and no customer is offered: look at the load of the database "
        "and of the machine; it ends by itself",
    ),
    "engine_late": (
        Area.PARTS,
        _WARNS,
        "交换机 {node} 的信号晚了 {seconds} 秒，屏幕随之滞后：请检查数据库和本机负载",
        "Signals of switch {node} are {seconds} s late and screens lag: look at the load of the database and of the "
        "machine",
    ),
    "nodes_closed": (
        Area.SWITCH,
        _STOPS,
        "所有交换机都已停用，坐席无法签入：请在“概览”页恢复一个交换机",
        "Every switch is out of use, so agents cannot log on: take one back into use on the overview page",
    ),
    "no_nodes": (
        Area.SWITCH,
        _STOPS,
        "还没有任何交换机报到，坐席无法签入：请启动引擎 callcenter serve --role engine",
        "No switch has registered yet, so agents cannot log on: start callcenter serve --role engine",
    ),
    # -- trunk
    "trunk_account": (
        Area.TRUNK,
        _STOPS,
        "运营商以 {code} 拒绝线路 {trunk} 的呼叫（连续 {refusals} 次），账号或密码不对：请核对 CALLCENTER_NODE_TRUNK_*",
        "The carrier refuses calls on trunk {trunk} with {code} ({refusals} in a row): check account and password in "
        "CALLCENTER_NODE_TRUNK_*",
    ),
    "trunk_number": (
        Area.TRUNK,
        _STOPS,
        "运营商以 {code} 拒绝线路 {trunk} 的号码（连续 {refusals} 次）：请核对号码格式，并向运营商核查主叫号码",
        "The carrier refuses the numbers on trunk {trunk} with {code} ({refusals} in a row): check the number format "
        "and ask the carrier about the caller ID",
    ),
    "trunk_overloaded": (
        Area.TRUNK,
        _STOPS,
        "运营商以 {code} 回答线路 {trunk} 的呼叫（连续 {refusals} 次），对方故障或通道不足：请联系运营商",
        "The carrier answers calls on trunk {trunk} with {code} ({refusals} in a row): its side is down or out of "
        "channels, call the carrier",
    ),
    "trunk_no_way": (
        Area.TRUNK,
        _STOPS,
        "线路 {trunk} 不通，呼叫没有到达运营商：请检查地址、防火墙和注册，用 callcenter doctor 在交换机所在机器上测试",
        "No call on trunk {trunk} reaches the carrier: check address, firewall and registration, and run callcenter "
        "doctor on the switch's machine",
    ),
    "caller_ids_empty": (
        Area.TRUNK,
        _STOPS,
        "没有任何已批准的主叫号码，不会外呼：请把运营商核准的号码写入 CALLCENTER_CAMPAIGNS_CALLER_IDS 并重启",
        "No caller ID is approved, so nothing is dialled: write the carrier's numbers into "
        "CALLCENTER_CAMPAIGNS_CALLER_IDS and restart",
    ),
    # -- campaign and today
    "no_campaign": (
        Area.CAMPAIGN,
        _STOPS,
        "还没有任何活动：请先建立活动、话术和名单",
        "There is no campaign yet: make one, with a script and a list",
    ),
    "none_running": (
        Area.CAMPAIGN,
        _STOPS,
        "没有正在运行的活动（共 {count} 个）：请在活动页面启动一个",
        "None of the {count} campaigns runs: start one on its page",
    ),
    "caller_id_refused": (
        Area.CAMPAIGN,
        _STOPS,
        "“{campaign}”的主叫号码不在已批准名单中，不会外呼：请更换号码，或补充 CALLCENTER_CAMPAIGNS_CALLER_IDS",
        "The caller ID of {campaign} is not approved, so none of its customers is dialled: choose another one, or add "
        "it to CALLCENTER_CAMPAIGNS_CALLER_IDS",
    ),
    "no_script": (
        Area.CAMPAIGN,
        _WARNS,
        "“{campaign}”没有生效的话术，坐席无话术可念：请提交并批准一份话术",
        "{campaign} has no script in force: submit one and have it approved",
    ),
    "day_not_worked": (
        Area.TODAY,
        _EXPLAINS,
        "今天不是工作日，“{campaign}”不外呼；下次开放：{opens}。如需加班请调整工作日历",
        "Today is no working day, so {campaign} does not dial; it opens at {opens}; change the calendar if today is "
        "worked",
    ),
    "outside_shift": (
        Area.TODAY,
        _EXPLAINS,
        "现在不在“{campaign}”的班次内；下次开放：{opens}。如不对请修改活动的班次",
        "{campaign} is outside its shifts now and opens at {opens}; change its shifts if that is wrong",
    ),
    "outside_legal_hours": (
        Area.TODAY,
        _EXPLAINS,
        "现在不在法定外呼时段内，“{campaign}”不得外呼；下次开放：{opens}",
        "It is outside the legal calling hours, {campaign} may not dial; it opens at {opens}",
    ),
    "window_unknown": (
        Area.TODAY,
        _STOPS,
        "“{campaign}”的外呼时段算不出来，因此不外呼：请检查活动的班次和法定时段",
        "The calling window of {campaign} cannot be computed, so it does not dial: check its shifts and legal hours",
    ),
    # -- leads
    "no_leads": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”没有任何名单：请先导入名单",
        "{campaign} has no leads: import a list",
    ),
    "stock_used_up": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”的 {listed} 条线索都已分配或结束，库存为零：请导入新名单",
        "All {listed} leads of {campaign} are assigned or closed and none is in the stock: import a new list",
    ),
    "no_basis": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”库存的 {count} 条线索没有有效的授权依据，不得外呼：请补录授权，或换一份带授权的名单",
        "The {count} leads in the stock of {campaign} have no valid legal basis and may not be called: enter one, or "
        "import a list that has it",
    ),
    "all_blocked": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”库存中可用授权的线索都在禁拨名单上（{count} 条）：请导入新名单",
        "Every lead in the stock of {campaign} with a legal basis is on the do-not-call list ({count}): import a new "
        "list",
    ),
    "not_allocated": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”有 {count} 条可拨线索，但今天没有分配：请在“分配”页补分配，并查看 19:30 的任务为何没有完成",
        "{campaign} has {count} callable leads and today was not allocated: allocate it on its page, and look why the "
        "task of 19:30 did not finish",
    ),
    "nothing_given": (
        Area.LEADS,
        _STOPS,
        "“{campaign}”今天的分配一条也没有给出（成员在岗 {there} 人，可拨 {count} 条）：请查看这次分配的说明",
        "Today's allocation of {campaign} has given nothing ({there} members at work, {count} callable): read its "
        "report",
    ),
    "day_done": (
        Area.LEADS,
        _EXPLAINS,
        "“{campaign}”今天分配的 {assigned} 条都已做完；库存还有 {count} 条可拨，可由主管追加分配",
        "The {assigned} leads of {campaign} for today are done; {count} more are callable and can be allocated",
    ),
    "leads_rest": (
        Area.LEADS,
        _EXPLAINS,
        "“{campaign}”今天剩下的 {open} 条都约在稍后再拨，现在没有到时间的",
        "The {open} leads of {campaign} that are left today are all to be called later",
    ),
    "no_members": (
        Area.AGENTS,
        _STOPS,
        "“{campaign}”没有任何坐席成员，线索分不出去：请在成员页加入坐席",
        "{campaign} has no members, so its leads go to no agent: add agents on the page of members",
    ),
    "members_away": (
        Area.AGENTS,
        _STOPS,
        "“{campaign}”的 {count} 名成员今天都不在岗（休假、排班或资质）：请核对排班和资质",
        "None of the {count} members of {campaign} is at work today (leave, roster or licence): check roster and "
        "licences",
    ),
    # -- agents
    "no_agents": (
        Area.AGENTS,
        _STOPS,
        "系统里没有任何坐席：请在“员工”页添加",
        "There are no phone agents: add them on the page of staff",
    ),
    "agents_lack_licence": (
        Area.AGENTS,
        _WARNS,
        "{count} 名坐席没有有效的执业资质，不能登录外呼：请在“员工”页更新",
        "{count} agents have no valid licence and may not telephone: bring it up to date on the page of staff",
    ),
    "agents_lack_training": (
        Area.AGENTS,
        _WARNS,
        "{count} 名坐席没有有效的培训记录，不能外呼：请在“员工”页登记",
        "{count} agents have no valid training and may not telephone: enter it on the page of staff",
    ),
    "agents_lack_exam": (
        Area.AGENTS,
        _WARNS,
        "{count} 名坐席没有有效的考试记录，不能外呼：请在“员工”页登记",
        "{count} agents have no valid exam and may not telephone: enter it on the page of staff",
    ),
    "agents_lack_agreement": (
        Area.AGENTS,
        _WARNS,
        "{count} 名坐席没有签署有效的保密协议，不能外呼：请在“员工”页登记",
        "{count} agents have no valid confidentiality agreement and may not telephone: enter it on the page of staff",
    ),
    "agents_leaving": (
        Area.AGENTS,
        _WARNS,
        "{count} 名坐席处于离职流程，不能外呼",
        "{count} agents are leaving and may not telephone",
    ),
    "none_fit": (
        Area.AGENTS,
        _STOPS,
        "{count} 名坐席没有一人具备外呼资质：请先补齐资质、培训、考试和保密协议",
        "None of the {count} agents may telephone: complete licences, training, exams and agreements first",
    ),
    "none_rostered": (
        Area.AGENTS,
        _STOPS,
        "今天没有坐席排班（{count} 人具备资质）：请检查排班和休假",
        "No agent works today by the roster ({count} are fit): check roster and leave",
    ),
    "none_logged_on": (
        Area.AGENTS,
        _STOPS,
        "没有坐席签入工作台（今天应到 {count} 人）：请坐席登录后点“签入”",
        "No agent is logged on at the desk ({count} are expected): have them log on",
    ),
    "phones_not_registered": (
        Area.AGENTS,
        _STOPS,
        "{count} 名坐席的软电话没有注册：请检查浏览器到 CALLCENTER_SWITCH_WEBSOCKET_URL 的连接和证书",
        "The phones of {count} agents are not registered: check the way from their browsers to "
        "CALLCENTER_SWITCH_WEBSOCKET_URL and its certificate",
    ),
    "legs_down": (
        Area.AGENTS,
        _STOPS,
        "{count} 名坐席的软电话已注册但语音没有接通：请检查麦克风许可、防火墙的语音端口和 NAT 地址",
        "The phones of {count} agents are registered and their sound is not connected: check the microphone, the "
        "ports for sound in the firewall, and the address behind NAT",
    ),
    "all_paused": (
        Area.AGENTS,
        _EXPLAINS,
        "签入的 {count} 名坐席都在小休：请他们点“就绪”",
        "All {count} agents who are logged on are paused: have them press Ready",
    ),
    "ready_without_leads": (
        Area.AGENTS,
        _STOPS,
        "{count} 名就绪坐席今天没有分到线索：请检查他们是否是活动成员、是否有配额，并补分配",
        "{count} ready agents have no leads today: check that they are members with a quota, and allocate",
    ),
    "ready_resting": (
        Area.AGENTS,
        _EXPLAINS,
        "{count} 名就绪坐席的线索都约在稍后再拨，最早 {at}",
        "The leads of {count} ready agents are all to be called later, the first at {at}",
    ),
    "refused_caps": (
        Area.AGENTS,
        _EXPLAINS,
        "{count} 名就绪坐席的下一条线索已达拨打次数上限或间隔未到：系统会自动跳过",
        "The next lead of {count} ready agents has used up its calls, or was called just now: it is passed over",
    ),
    "refused_do_not_call": (
        Area.AGENTS,
        _EXPLAINS,
        "{count} 名就绪坐席的下一条线索在禁拨名单上：系统会自动跳过",
        "The next lead of {count} ready agents is on the do-not-call list: it is passed over",
    ),
    "refused_basis": (
        Area.AGENTS,
        _WARNS,
        "{count} 名就绪坐席的下一条线索授权已失效：请补录授权",
        "The legal basis of the next lead of {count} ready agents has ended: renew it",
    ),
    "refused_recorder": (
        Area.AGENTS,
        _STOPS,
        "{count} 名就绪坐席因无法录音而不外呼：请检查录音目录和磁盘",
        "{count} ready agents are offered nothing because no call could be recorded: check the spool and its disk",
    ),
    "refused_quota": (
        Area.AGENTS,
        _WARNS,
        "{count} 名就绪坐席持有的线索超过配额，系统不再派发：请收回多余的线索",
        "{count} ready agents hold more leads than their quota and are offered none: take the rest back",
    ),
    "refused_going_on": (
        Area.AGENTS,
        _EXPLAINS,
        "{count} 名就绪坐席的下一条线索正由别处通话或待登记结果：稍后自动继续",
        "The next lead of {count} ready agents is on another call, or its disposition is owed: it goes on by itself",
    ),
    "refused_otherwise": (
        Area.AGENTS,
        _STOPS,
        "{count} 名就绪坐席的下一条线索被规则 {rule} 拒绝：请在客户页查看该条件",
        "The next lead of {count} ready agents is refused by rule {rule}: look at this gate on the customer's page",
    ),
}
"""Code → area, severity, Chinese, English. Alerts have sentences of their own (``alerts/words``), and so have the
tests of a machine (``setup/words.py``)."""
