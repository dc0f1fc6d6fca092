/** “营销活动”页面的用语。 */
const campaigns = {
  hint: '一个活动以电话推介一种产品。新活动先筹备，满足全部开始条件后才能开始外呼。',
  add: '新建活动',
  addHint: '其余规则按监管规定和外呼方案预设，新建后可在活动页面调整。',
  added: '活动已新建，处于筹备中。',
  changeTitle: '修改活动“{name}”',
  changeHint: '活动一经开始，名称、产品和公司全称不再更改；销售其他产品请复制活动。',
  saved: '活动已更新。',
  name: '活动名称',
  product: '产品',
  company: '保险公司全称（通话开头须完整说出）',
  callerId: '外显号码',
  callerIdHint: '请选择运营商已核准的号码',
  noCallerIds: '尚无核准的外显号码，请运维人员在安装设置中填写。',
  notApproved: '未核准',
  legalHours: '允许致电时段',
  firstOn: '首日',
  atOnce: '开始后立即外呼',
  trunk: '中继线路',
  state: '状态',
  why: '变更原因',
  none: '尚无活动',
  noneHint: '新建一个活动，再为它编写话术、导入名单、安排坐席。',
  all: '全部活动',
  members: '参与坐席',
  particulars: '基本信息',
  edit: '修改',
  copy: '复制',
  copyTitle: '复制活动“{name}”',
  copyHint: '复制全部规则；话术成为您的草稿，须提交并由他人批准。坐席、名单和首日不复制。',
  copyName: '新活动名称',
  copied: '活动已复制，处于筹备中。',
  needs: '开始条件',
  needsMet: '已满足 {met} / {all} 项',
  done: '已完成',
  missing: '未完成',
  dueOn: '应于 {on} 前完成',
  goThere: '前往办理',
  stockLow: '库存仅够 {days} 个工作日，请及时补充名单',
  start: '开始外呼',
  startLocked: '开始条件全部满足后才能开始。',
  prepare: '退回筹备',
  closeIt: '结束活动',
  move: { running: '开始活动“{name}”', preparing: '将活动“{name}”退回筹备', closed: '结束活动“{name}”' },
  moveHint: {
    running: '到首日起，在外呼时段内立即开始外呼。',
    preparing: '此后不再外呼；坐席未拨的线索下次分配时退回库存。约定回拨和投诉回访不受影响。',
    closed: '此后不再外呼；坐席未拨的线索退回库存。约定回拨和投诉回访不受影响，活动以后可重新开始。'
  },
  moved: { running: '活动已开始。', preparing: '活动已退回筹备。', closed: '活动已结束。' },
  met: {
    script: '话术已生效。',
    caller_id: '外显号码 {number} 已核准。',
    agents: '{on} 有 {agents} 名合格坐席参与。',
    leaders: '有坐席的分行均有坐席组长。',
    qa: '有坐席的分行均有质检人员。',
    regions: '{regions} 个片区均有区县和负责人。',
    receiver: '有 {dispatchers} 名派单员接收成功客户。',
    stock: '库存 {stock} 条可外呼线索。'
  },
  unmet: {
    script: '没有生效的话术：提交一版，由他人批准。',
    caller_id: '外显号码 {number} 未经运营商核准，不能外呼。',
    agents: '{on} 没有合格的坐席参与本活动：添加参与坐席，并核对其执业证、培训、考试、保密协议和排班。',
    leaders: '先安排坐席，再为其分行指定坐席组长。',
    leadersIn: '缺坐席组长的分行：{branches}。',
    qa: '先安排坐席，再为其分行指定质检人员。',
    qaIn: '缺质检人员的分行：{branches}。',
    regions: '尚无外勤片区。',
    regionsUnready: '缺区县或负责人的片区：{regions}。',
    receiver: '没有派单员接收成功客户。',
    stock: '没有可外呼的线索：导入名单。'
  }
}

const problem = {
  campaign_name_taken: '已有名为“{name}”的活动，请换一个名称。',
  campaign_has_run: '活动开始过，名称、产品和公司全称不再更改。销售其他产品请复制活动。',
  caller_id_not_approved: '外显号码 {number} 未经运营商核准，请另选。',
  first_day_past: '首日须为今天或以后。',
  campaign_not_ready: '尚有开始条件未满足，请查看活动页面的“开始条件”。',
  campaign_not_begun: '活动首日为 {first}，此前不分配线索。'
}

const enums = {
  startNeed: {
    script: '话术',
    caller_id: '外显号码',
    agents: '坐席',
    leaders: '坐席组长',
    qa: '质检人员',
    regions: '外勤片区',
    receiver: '成功客户接收人',
    stock: '名单'
  },
  legalHours: { regulation: '银行规定', life_insurance: '人身保险规定' }
}

export default { campaigns, problem, enums }
