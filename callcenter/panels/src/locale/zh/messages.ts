/** 告警外发页面的用语。 */
const words = {
  messages: {
    hint: '告警除在系统内提醒外，可按线路发送到邮箱或工作群。消息不含客户资料；接收人无需登录即可收到。',
    add: '新增线路',
    change: '修改线路“{name}”',
    changeIt: '修改',
    remove: '移除',
    removeHint: '移除后不再向此线路发送，尚未送达的消息一并取消。',
    removed: '线路已移除。',
    saved: '线路已保存。未解除的告警将在一分钟内发出。',
    tryIt: '发送测试',
    tested: '测试消息已排队，结果见下方记录。',
    noMail: '未设置邮件服务器，暂不能使用邮件线路。请设置后重启系统：',
    routes: '线路',
    route: '线路',
    none: '尚无外发线路',
    noneHint: '告警目前只在系统内提醒。新增一条线路，把告警发送到值班群或邮箱。',
    sent: '发送记录',
    noneSent: '还没有发送过消息。',
    name: '名称',
    channel: '方式',
    addresses: '收件地址（多个用逗号分隔，最多 20 个）',
    url: '机器人地址',
    unchanged: '留空则不变：{target}',
    secret: '签名密钥',
    secretUnchanged: '留空则不变',
    kinds: '告警种类',
    allKinds: '全部种类',
    kindsOf: '按岗位选取：',
    after: '延迟（分钟）',
    atOnce: '立即发送',
    afterMinutes: '{count} 分钟后仍无人认领时发送',
    afterHint: '届时告警仍未解除且无人认领才发送（逐级升级）。',
    language: '语言',
    quiet: '免打扰时段',
    quietBegin: '免打扰开始',
    quietEnd: '免打扰结束',
    quietOf: '{begin}—{end} 免打扰',
    through: '免打扰时段内仍发送的种类',
    saysCleared: '告警解除时也发送',
    plannedAt: '时间',
    about: '内容',
    test: '测试',
    phase: '事由',
    state: '结果',
    error: '错误',
    failed: '已失败 {count} 次'
  }
}

const problem = {
  route_not_found: '该线路不存在或已移除，请刷新。',
  route_changed: '他人已修改此线路，请刷新后再改。',
  route_name_taken: '已有同名线路，请换一个名称。',
  mail_not_set_up: '未设置邮件服务器：请管理员设置 CALLCENTER_MESSAGES_SMTP_HOST 并重启。',
  route_target_invalid: '请填写有效的邮箱地址（逗号分隔，最多 20 个），或以 https:// 开头的地址。',
  webhook_origin_not_allowed: '不允许发送到 {origin}：请管理员将其加入 CALLCENTER_MESSAGES_WEBHOOK_ORIGINS 并重启。',
  route_secret_missing: '签名的 Webhook 必须有密钥，接收方凭它核对来源。'
}

const enums = {
  messagePhase: { raised: '告警', cleared: '解除', test: '测试' },
  messageState: { waiting: '等待送达', sent: '已送达', expired: '已取消' }
}

export default { ...words, problem, enums }
