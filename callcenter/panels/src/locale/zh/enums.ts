export default {
  standing: { done: '已回访', within_time: '期限内待回访', overdue: '已逾期' },
  fileField: {
    name: '姓名',
    gender: '性别',
    birth_on: '出生日期',
    district: '区县',
    address: '地址',
    occupation: '职业',
    employer: '工作单位',
    household: '家庭情况',
    claims: '理赔记录',
    preferences: '客户偏好',
    risk: '风险等级',
    service_feedback: '服务评价',
    referral_source: '介绍来源'
  },
  changeSource: {
    file: '客户档案',
    desk: '通话中',
    visit: '拜访中'
  },
  role: {
    agent: '电话坐席',
    agent_leader: '坐席班组长',
    qa: '质检员',
    qa_lead: '质检主管',
    data_officer: '数据专员',
    dispatcher: '派单员',
    field_agent: '外勤专员',
    field_leader: '外勤组长',
    complaint_officer: '投诉专员',
    insurer_liaison: '保险公司联络人',
    auditor: '审计员',
    branch_officer: '支行专员',
    head_office: '总行数据岗',
    administrator: '管理员'
  },
  seat: {
    offline: '未签入',
    paused: '小休',
    ready: '就绪',
    preview: '预览客户',
    on_call: '通话中',
    wrap_up: '话后处理'
  },
  phone: { off: '未注册', connecting: '连接中', registered: '已注册', up: '已连接', failed: '故障' },
  keeping: {
    in_time: '及时',
    late: '延迟',
    behind: '暂停派发',
    silent: '无响应'
  },
  leg: { none: '未连接', connecting: '连接中', up: '已连接' },
  pause: {
    login: '刚签入',
    break: '休息',
    meal: '用餐',
    training: '培训',
    meeting: '会议',
    system: '系统暂停'
  },
  skip: { known_person: '认识该客户，需回避', wrong_data: '资料明显有误', bad_moment: '当前不便致电', other: '其他' },
  mode: { preview: '预览外呼', progressive: '渐进外呼' },
  callbackKind: { agent_promise: '约定回拨', complaint: '投诉回访' },
  callKind: { lead: '新客户', callback: '约定回拨', complaint: '投诉回访' },
  call: { planned: '准备拨打', dialling: '拨号中', ringing: '振铃中', answered: '已接通', ended: '已结束' },
  outcome: {
    answered: '已接通',
    busy: '占线',
    no_answer: '无人接听',
    rejected: '拒接',
    unreachable: '无法接通',
    congestion: '网络拥塞',
    line_fault: '线路故障',
    invalid_number: '空号',
    machine: '语音信箱',
    cancelled: '坐席挂断',
    not_placed: '未拨出',
    unknown: '结果未知'
  },
  disposition: {
    success: '同意上门',
    callback: '约定回拨',
    thinking: '考虑中',
    refused: '拒绝',
    do_not_call: '要求禁拨',
    wrong_person: '非本人',
    complaint: '投诉',
    not_reached: '未接通',
    machine: '语音信箱',
    not_entered: '未填写处理结果',
    resolved: '回访完成',
    unresolved: '客户仍不满意'
  },
  complaintCategory: {
    product: '产品',
    handling: '办理过程',
    staff_unpunctual: '人员不守时',
    staff_attitude: '人员态度',
    staff_ability: '人员能力',
    other: '其他'
  },
  gender: { male: '男', female: '女' },
  customerClass: {
    high_value: '高价值',
    high_contribution: '高贡献',
    general: '一般',
    dormant: '休眠',
    core: '核心',
    key: '重点',
    ordinary: '普通',
    potential: '潜在'
  },
  missing: {
    active: '账号未启用',
    licence: '没有有效的执业证',
    training: '岗前培训未完成',
    exam: '上岗考试未通过',
    agreement: '保密协议未签署',
    leaving: '正在办理离职'
  },
  review: { open: '待质检', claimed: '质检中', decided: '已完成' },
  verdict: { pass: '通过', fail: '不通过', return: '退回补正' },
  recording: { armed: '录制中', captured: '待入库', stored: '已入库', empty: '无声音', failed: '录音缺失' },
  visit: { planned: '待拜访', reported: '已拜访', cancelled: '已取消' },
  visitResult: { signed: '已签单', thinking: '考虑中', refused: '拒绝', not_met: '未遇见', wrong: '信息有误' },
  handOver: { unknown_region: '片区不明', questioned: '待决定', overdue: '已逾期', assigned: '已派发', open: '待派发', done: '已完成' },
  case: { open: '待回访', answered: '待处理', decided: '待回访（已处理）', closed: '已办结' },
  callback: { due: '待回访', active: '回访中', held: '已通话，录音入库中', done: '已完成', lapsed: '已失效' },
  campaign: { preparing: '筹备中', running: '进行中', closed: '已结束' },
  rule: {
    none: '无',
    C1: { campaign_running: '活动未在进行中', window: '不在外呼时段内' },
    H1: { fit_to_telephone: '坐席资质不符合外呼要求' },
    C7: { min_gap: '距上一次拨打的间隔不足' },
    C9: { recorder: '录音未就绪，不得拨打' },
    C13: { line: '线路拒绝呼叫，等待试呼恢复' },
    C3: {
      caller_id: '主叫号码未经批准',
      per_day: '该号码今天已达到拨打次数上限',
      per_7_days: '该号码 7 天内已达到拨打次数上限',
      attempts: '该客户已达到最多拨打次数'
    },
    L6: { do_not_call: '客户在禁拨名单中' },
    L9: { legal_basis: '客户的授权依据无效或已撤回' },
    D3: { quota: '该客户不在坐席名下，或已超过配额' }
  }
}
