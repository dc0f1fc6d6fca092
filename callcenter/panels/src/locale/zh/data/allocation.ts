export const problem = {
  plan_outdated: '生成方案之后，库存、排班或配额有变动。请重新生成并核对后再提交。',
  already_allocated: '该日线索已经分配，无需再生成方案。',
  member_day_past: '坐席只能从今天或以后的日期起加入或移出活动。',
  no_campaign_agent: '只有电话坐席可以服务活动。',
  quota_not_found: '未找到该配额设置。',
  quota_day_past: '配额只能从今天或以后的日期起生效。'
}

export const enums = {
  excluded: { off_roster: '当日不上班', not_member: '不服务本活动' },
  assignment: { open: '待拨', active: '处理中', done: '已完成', returned: '已收回' },
  assignmentReason: { allocated: '按比例分配', allocated_short: '缺口下按比例分配', reassigned: '日内改派' }
}
