export const words = {}

export const problem = {
  roster_day_past: '不能更改已过去的日期的排班。',
  roster_day_not_worked: '{day} 不是工作日，无法排班。请先在工作日历中把该日改为工作日。',
  roster_reason_missing: '休息或请假须填写原因。',
  no_phone_agent: '只有电话坐席可以排班。',
  roster_span: '排班表一次最多显示 63 天，请缩短日期范围。'
}

export const enums = {}
