export const words = {
  tabs: '内容',
  tab: { leave: '请假', staff: '员工' },
  name: '姓名',
  login: '账号',
  role: '岗位',
  branch: '分行',
  licence: '执业证有效期至',
  state: '状态',
  search: '按姓名、账号或分行查找',
  active: '在职',
  gone: '已离职（{at}）',
  locked: '登录锁定至 {until}',
  unlock: '解除锁定',
  unlocked: '{name} 可以重新登录。',
  leaveBank: '办理离职',
  leaveTitle: '为 {name}（{role}）办理离职',
  leaveText: '立即停用账号并退出登录。其名下线索改派给有余量的坐席或退回库存，约定回拨转给团队，已领取的质检放回，已派上门转给片区内其他人员或待派单。此操作不能撤销。',
  left: '{name} 已离职，账号已停用，名下工作已转出。',
  leaveHint: '请假期间不分配线索、不派上门、不领取质检和回拨；已有的工作立即转给他人。',
  noLeave: '没有进行中或待开始的请假。',
  enter: '登记请假',
  enterHint: '首尾两天都计入。登记后，这些日期的线索、上门和质检立即转给他人，约定回拨按原时间由团队完成。',
  entered: '请假已登记，相关工作已转给他人。',
  kind: '事由',
  days: '日期',
  from: '开始',
  until: '结束（含）',
  change: '改期',
  changeTitle: '{name}：{first_on} 至 {last_on} 的请假改期',
  changeHint: '填写新的最后一天。提前返岗的，填返岗前一天。',
  changed: '请假已改期。',
  withdraw: '撤销',
  withdrawTitle: '撤销 {name} {first_on} 至 {last_on} 的请假',
  withdrawHint: '已转给他人的工作不会自动收回。',
  withdrawn: '请假已撤销。',
  leaveState: { now: '请假中', planned: '待开始', withdrawn: '已撤销' }
}

export const problem = {
  own_leaving: '不能为自己办理离职，请由其他管理员办理。',
  not_available: '您今天处于请假、休息或停用状态，不能领取工作。请先由班组长更正请假或排班。',
  leave_not_found: '未找到该请假，或已撤销。请刷新。',
  leave_overlaps: '该员工 {first} 至 {last} 已登记请假，请改期而不要重复登记。',
  leave_span: '请假至少一天、最长一年，且不能早于今天结束。'
}

export const enums = {
  leaveKind: { annual: '年假', sick: '病假', family: '婚丧产假、家庭照护', training: '培训', other: '其他' }
}
