export const problem = {
  roster_day_past: '过去日期的排班不能更改。',
  roster_day_not_worked: '{day} 不是工作日，无法排班。请先在工作日历中把该日改为工作日。',
  no_phone_agent: '只有电话坐席可以排班。',
  roster_span: '排班表一次最多显示 63 天，请缩短日期范围。',
  agent_fields_invalid: '该项目只能显示或隐藏，不能遮盖。',
  caps_invalid: '同一号码 7 天内的次数不能少于每天的次数。',
  calendar_day_past: '过去的日期不能更改：时限与外呼时段已据此判定。',
  calendar_span: '日历一次最多显示 401 天，请缩短日期范围。'
}

export const enums = {
  rosterReason: { leave: '请假', sick: '病假', training: '培训', other: '其他' },
  serviceDays: { every_day: '每天', working_days: '仅工作日' },
  versionOrigin: { created: '创建', changed: '更改', reconstructed: '根据审计日志还原', assumed: '此前无记录，按已知的最早数值推定' },
  showing: { clear: '显示', masked: '遮盖', hidden: '隐藏' },
  campaignRule: {
    state: '状态',
    mode: '外呼方式',
    legal_hours: '允许致电时段',
    shifts: '班次',
    quota: '默认配额',
    ring_seconds: '最长振铃（秒）',
    wrap_up_seconds: '话后处理（秒）',
    caller_id: '外显号码',
    trunk: '中继线路',
    cap_per_day: '同一号码每天最多',
    cap_per_7_days: '同一号码 7 天最多',
    max_attempts: '每条线索最多',
    class_scheme_id: '客户分类方案',
    retries: '再拨规则',
    open_to_all_branches: '向全行坐席开放',
    agent_fields: '坐席可见的客户资料',
    script: '话术'
  },
  dayKind: { weekday: '工作日', weekend: '周末', make_up: '调休上班', holiday: '节假日' },
  holiday: {
    new_year: '元旦',
    spring_festival: '春节',
    tomb_sweeping: '清明节',
    labour_day: '劳动节',
    dragon_boat: '端午节',
    mid_autumn: '中秋节',
    national_day: '国庆节',
    other: '其他节假日'
  }
}
