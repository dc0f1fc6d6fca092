export default {
  campaign: '活动',
  hint: '通话没有结果时，何时、在哪个时段、最多几次再拨。未启用的情形，通话后即办结。',
  after: '通话结果',
  again: '再拨',
  delay: '至少间隔（小时）',
  most: '最多拨打次数（合计）',
  spread: '换时段再拨',
  ends: '此结果即办结，不再拨打。',
  gap: '同一号码两次呼叫的最短间隔（分钟，跨活动计算）',
  parts: '一天的时段划分',
  partBegins: '时段起点',
  partAdd: '增加时段',
  partRemove: '删除时段起点 {at}',
  undo: '撤销修改',
  save: '保存',
  saveTitle: '修改“{name}”的再拨规则',
  saveHint: '对此后的每一通电话生效；已排定的再拨时间不变。',
  saved: '再拨规则已生效。'
}

export const problem = {
  retries_invalid: '再拨规则有误：间隔、次数超出范围，或时段起点未按先后排列。请更正后再保存。'
}
