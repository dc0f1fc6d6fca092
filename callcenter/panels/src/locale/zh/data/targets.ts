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
