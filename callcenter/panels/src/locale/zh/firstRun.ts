/** “初次配置”页面的用语。 */
export const firstRun = {
  hint: '新安装的系统按以下步骤配置，直到拨通并录下第一通客户电话。每一步完成后自动打勾。',
  complete: '全部步骤已完成，系统已拨通并录下客户电话。此页面随时可以查看。',
  count: '已完成 {done} / {all} 步',
  doers: '由以下岗位办理：{roles}',
  isDone: '已完成',
  isNow: '现在办理',
  isMissing: '未完成',
  go: '前往办理',
  look: '查看',
  done: {
    staff: '在职 {people} 人，必需岗位齐备。',
    regions: '{regions} 个片区均有区县和负责人。',
    line: '已核准 {caller_ids} 个外显号码，线路正常。',
    campaign: '已有 {campaigns} 个活动。',
    script: '{scripts} 个活动的话术已生效。',
    list: '已导入客户名单。',
    members: '{agents} 名坐席参与活动。',
    start: '{running} 个活动正在进行。',
    allocation: '线索已分配到坐席。',
    first_call: '第一通客户电话的录音已入库。'
  },
  missing: {
    staff: '还缺以下岗位：{roles}。可逐个新增。',
    regions: '新增片区，填写区县和负责人；质检通过的客户按区县上门。',
    regionsUnready: '缺区县或负责人的片区：{regions}。',
    line: '没有核准的外显号码：由安装人员在 callcenter setup 中填写。',
    lineOut: '线路停用：{trunks}。请查看告警。',
    campaign: '新建活动：产品、保险公司、外显号码、外呼时段。',
    script: '为活动编写话术并提交，由他人（坐席组长或质检主管）批准。',
    scriptWaits: '话术已提交，等待他人（坐席组长或质检主管）批准。',
    list: '由数据专员导入第一份客户名单。',
    members: '选择参与活动的坐席。',
    start: '开始条件全部满足后，在活动页面开始外呼。',
    allocation: '为今天或下一个工作日分配线索；此后每个工作日 19:30 自动分配。',
    first_call: '坐席登录工作台，拨打第一位客户。'
  }
}

export const firstRunStep = {
  staff: '员工',
  regions: '外勤片区',
  line: '线路与外显号码',
  campaign: '活动',
  script: '话术',
  list: '客户名单',
  members: '参与坐席',
  start: '开始外呼',
  allocation: '线索分配',
  first_call: '第一通电话'
}
