export const words = {
  propose: '提报客群',
  proposeHint: '说明要营销的客群；请勿填写任何客户的个人信息。',
  proposed: '已提报，等待数据专员审批。',
  name: '客群名称',
  campaign: '活动',
  branch: '分支机构',
  criteria: '筛选条件',
  criteriaHint: '例如：40 至 55 岁，存款 20 万元以上，近一年无投诉',
  description: '背景说明',
  segmentation: '细分模型',
  segmentationHint: '电子银行部的客户细分模型，总行据此筛选客户（选填）',
  wanted: '需求户数',
  dueOn: '需求日期',
  state: '客群状态',
  all: '全部',
  none: '没有此类客群。',
  noneBranch: '本机构尚未提报客群。点击“提报客群”开始。',
  households: '{count} 户',
  due: '{on} 前需要',
  late: '已逾期',
  taken: '已导入 {good} / {wanted} 户',
  rejected: '拒收 {count} 行',
  way: '办理过程',
  bySystem: '系统',
  list: '查看名单',
  approve: '批准',
  approveHint: '批准后由总行提供客户名单。',
  refuse: '驳回',
  refuseHint: '驳回后该客群不再办理；支行可另行提报。',
  withdraw: '撤回',
  withdrawHint: '撤回后该客群不再办理。',
  supply: '提供名单',
  import: '导入名单',
  done: '已保存。',
  supplyMore: '重新提供名单',
  supplyMissing: '缺少必填字段：{columns}。建议改正文件后重新提供，否则由数据专员在导入前处理。',
  supplyTitle: '为“{name}”提供名单',
  supplyHint: '上传客户名单（CSV 或 XLSX）。上传后由数据专员导入，此处仅供核对。',
  supplied: '名单已上传，等待数据专员导入。',
  finish: '完成'
}

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
