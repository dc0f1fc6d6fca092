export const words = {}

export const problem = {
  plan_outdated: '预览之后数据有变动，请重新生成方案并核对后再提交。',
  already_allotted: '该日名单已经分配过，无需再做方案。',
  quota_not_found: '没有这条配额设置。',
  quota_day_past: '配额只能从今天或以后的日期起生效。',
  give_back_reason_missing: '请填写收回名单的原因。'
}

export const enums = {}
