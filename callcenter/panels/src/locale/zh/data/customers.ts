/** 客户档案、能否拨打、历史。 */

export const problem = {
  search_too_wide: '请至少填写一个查询条件。',
  note_not_found: '此处没有备注，或不属于该客户。请刷新页面。',
  number_unreadable: '这不是可拨打的电话号码，请核对后重试。',
  id_number_malformed: '证件号码格式不正确：身份证应为 18 位（旧证 15 位），其他证件由字母和数字组成。请核对。'
}

export const enums = {
  leadState: { stock: '在库', assigned: '已分配', closed: '已办结' },
  basisKind: {
    written_consent: '书面同意',
    recorded_consent: '录音同意',
    electronic_consent: '电子同意',
    existing_relation: '既有客户关系'
  },
  dncReason: {
    customer_request: '客户要求不再致电',
    refused: '客户拒绝',
    complaint: '投诉',
    wrong_person: '非本人',
    industry_list: '外部禁拨名单',
    other: '其他'
  },
  gateCause: {
    campaign_not_running: '活动未在进行中。',
    window_closed: '不在外呼时段内：{part}。',
    agent_unfit: '{agent}不具备外呼条件：{missing}。',
    recorder_not_ready: '录音未就绪，不得拨打。请检查交换机与磁盘。',
    line_refuses: '线路 {trunk} 拒绝全部呼叫，已暂停外呼，等待系统试呼恢复。',
    caller_id_not_approved: '活动的主叫号码不在批准名单中。',
    on_do_not_call_list: '该号码在禁拨名单中。',
    no_valid_basis: '没有有效的授权，或授权已撤回。',
    called_just_now: '距上一次拨打该号码的间隔不足。',
    called_today: '今天已拨打 {count} 次，上限 {cap} 次。',
    called_in_7_days: '7 天内已拨打 {count} 次，上限 {cap} 次。',
    attempts_used_up: '已拨打 {count} 次，最多 {cap} 次。',
    not_assigned: '不在{agent}当日名下，或其名下已超过配额。',
    customer_closed: '该客户已办结，不再分配。',
    not_allocated: '目前不在任何坐席名下。',
    held_by_another: '在{agent}名下。',
    left_to_complaint_staff: '先由投诉专员回访，到时仍未回访的转由坐席回访。',
    promised_by_another: '{agent}已约定回拨，暂由其本人拨打。',
    agent_complained_of: '投诉涉及{agent}，须由他人回访。',
    not_due: '尚未到下一次拨打的时间。',
    call_going_on: '正在与该号码通话，或即将拨出。',
    disposition_owed: '上一次通话的结果尚未登记，客户可能已拒绝。',
    off_roster: '{agent}今天未排班。',
    engine_behind: '外呼引擎跟不上交换机（{node}，延迟 {seconds} 秒），暂停派发新通话，恢复后自动继续。',
    engine_silent: '外呼引擎（{node}）没有响应，暂不外呼，恢复后自动继续。',
    switch_gone: '交换机（{node}）没有响应，暂不外呼，恢复后自动继续。'
  },
  windowPart: {
    window: '时段内',
    campaign_state: '活动未在进行中',
    working_day: '今天不是工作日',
    legal_calling_hours: '超出法定外呼时段（每日 08:00–21:00）',
    shift: '不在活动的班次内',
    service_hours: '不在投诉与服务回访时段内',
    window_not_evaluable: '时段无法判定，按关闭处理'
  },
  returnReason: {
    returned_leads: '线索收回',
    not_eligible: '坐席当日不可外呼',
    not_member: '坐席不再服务该活动',
    campaign_stopped: '活动已停止',
    other_branch: '线索属于其他分行',
    left: '坐席离职',
    over_quota: '超出配额',
    do_not_call: '列入禁拨',
    basis_withdrawn: '授权撤回',
    off_roster: '坐席未排班',
    other: '其他'
  },
  lapseReason: {
    superseded: '已有新的约定',

    overtaken: '已与客户通话',
    not_reached: '多次未接通',
    do_not_call: '列入禁拨',
    basis_withdrawn: '授权撤回'
  },
  routingReason: {
    no_region: '没有唯一对应该区县的片区',
    no_field_agent: '片区没有外勤人员',
    all_full: '片区外勤当日均已排满',
    least_loaded: '派给片区当日拜访最少的外勤',
    time_passed: '上门时间已过，须重新约定',
    manual: '人工派发',
    agent_left: '外勤离职，重新派发',
    agent_away: '外勤当日不在岗，重新派发',
    ended: '拜访后结束',
    left_open: '拜访后未约下次',
    next_appointment: '已约下次拜访',
    called_off: '取消拜访'
  },
  liftReason: { complaint_decided: '投诉已处理', not_delivered_again: '外部名单更新后不再包含该号码', list_withdrawn: '外部名单已撤销' },
  gate: {
    C7: { not_closed: '客户未办结', due: '已到拨打时间', min_gap: '距上次拨打的间隔' },
    D3: { assigned: '在坐席名下', quota: '当日名下且不超过配额' },
    X3: { no_conflict: '与投诉无利害关系' },
    C4: { no_call_going_on: '没有进行中的通话' },
    C6: { disposed: '上次通话已登记结果' },
    S5: { engine_keeps_up: '外呼引擎及时' },
    D2: { on_roster: '坐席今天已排班' },
    C1: { campaign_running: '活动进行中', window: '外呼时段' },
    H1: { fit_to_telephone: '坐席资质' },
    C9: { recorder: '录音就绪' },
    C13: { line: '线路可用' },
    C3: { caller_id: '主叫号码已批准', per_day: '当日拨打次数', per_7_days: '7 天内拨打次数', attempts: '累计拨打次数' },
    L6: { do_not_call: '不在禁拨名单' },
    L9: { legal_basis: '授权依据有效' }
  },
  notePart: { note: '备注原文', old: '原内容', new: '新内容', why: '更正原因' },
  happeningGroup: { calls: '通话', allocation: '分配', file: '客户资料', visits: '拜访', complaints: '投诉', protection: '授权与禁拨', access: '查看与听音' },
  happening: {
    imported: '导入',
    allocated: '分配',
    returned: '收回',
    finished: '办结',
    skipped: '坐席跳过',
    call: '通话',
    recording: '录音',
    listened: '收听录音',
    note_read: '查看备注',
    callback: '回拨安排',
    callback_done: '回拨完成',
    review: '质检',
    hand_over: '派单',
    visit: '拜访',
    complaint: '投诉',
    complaint_decided: '投诉办结',
    dnc_entered: '列入禁拨',
    dnc_lift_proposed: '申请解除禁拨',
    dnc_lift_declined: '驳回解除禁拨',
    dnc_lifted: '解除禁拨',
    basis_added: '登记授权',
    basis_withdrawn: '撤回授权',
    class_set: '客户类别',
    corrected: '资料更正',
    revealed: '查看明文'
  }
}
