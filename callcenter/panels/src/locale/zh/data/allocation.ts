export const enums = {
  excluded: { off_roster: '当日不上班', not_member: '不服务本活动' },
  assignment: { open: '待拨', active: '处理中', done: '已完成', returned: '已收回' },
  assignmentReason: { allocated: '按比例分配', allocated_short: '缺口下按比例分配', reassigned: '日内改派' }
}
