export const problem = {
  target_group_not_found: '没有这个客群，或您无权查看。',
  target_group_not_now: '客群状态已变化，不能进行此操作，请刷新。',
  target_group_day_past: '需求日期已过，请选择今天或以后的日期。',
  target_group_other_campaign: '该客群属于另一活动，请导入到该活动。',
  branch_missing: '您的账号未登记所属机构，请联系管理员。'
}

export const enums = {
  target: {
    proposed: '待审批',
    approved: '待提供名单',
    supplied: '待导入',
    imported: '已导入',
    refused: '已驳回',
    withdrawn: '已撤回'
  },
  targetAct: {
    propose: '提报',
    approve: '批准',
    refuse: '驳回',
    withdraw: '撤回',
    supply: '提供名单',
    return: '名单作废',
    import: '导入'
  }
}
