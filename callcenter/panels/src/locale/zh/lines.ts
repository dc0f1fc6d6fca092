/** 线路页面的用语。 */
const words = {
  lines: {
    hint: '外呼所用的运营商中继。同组线路按优先级和份额分担呼叫；连续拒绝的线路自动停用，系统试呼恢复，客户不计拨打次数。',
    apply: '保存后，在每台交换机上运行以下命令生效，进行中的通话不受影响：',
    add: '新增线路',
    change: '修改线路“{name}”',
    changeIt: '修改',
    remove: '移除',
    removeHint: '移除后不再用此线路呼叫，进行中的通话继续。交换机的配置在下次运行命令时更新。',
    removed: '线路已移除。',
    saved: '线路已保存，请在交换机上运行命令生效。',
    none: '尚无线路',
    noneHint: '请新增一条运营商线路，或在交换机设置中填写。',
    ofSettings: '由交换机设置文件给出',
    name: '线路名称',
    nameHint: '小写字母开头，可含数字和连字符，保存后不可更改',
    group: '线路组（活动中填写的线路名称）',
    host: '运营商服务器',
    port: '端口',
    transport: '传输方式',
    encrypts: '通话内容加密（SRTP，须用 TLS）',
    access: '接入方式',
    account: '账号',
    password: '密码',
    unchanged: '留空则不变',
    codecs: '语音编码（按优先顺序）',
    numberFormat: '号码格式',
    prefix: '号码前缀',
    channels: '最大并发（0 为不限）',
    perSecond: '每秒呼叫数（0 为不限）',
    priority: '优先级（1 最先）',
    share: '同级份额',
    inUse: '启用',
    off: '已停用',
    today: '今日拨打 {calls}，接通 {answered}，被拒 {refused}，进行中 {open}',
    terms: '{group} 组 · 优先级 {priority} · 份额 {share}',
    limit: '最多 {channels} 路并发',
    rate: '每秒最多 {count} 次',
    refusing: '连续拒绝 {count} 次（SIP 应答：{code}），{at} 试呼'
  }
}

const problem = {
  trunk_not_found: '该线路不存在或已移除，请刷新。',
  trunk_changed: '他人已修改此线路，请刷新后再改。',
  trunk_name_taken: '已有同名线路，请换一个名称。',
  trunk_password_missing: '该接入方式需要密码，请填写。',
  trunk_account_missing: '该接入方式需要运营商给的账号，请填写。',
  trunk_not_encrypted: '通话内容加密须用 TLS 传输，否则密钥会被看到。',
  trunk_setting_invalid: '线路设置不正确，请核对。'
}

const enums = {
  trunkState: { in_use: '正常', paused: '已暂停', probing: '试呼中' },
  numberFormat: { national: '国内格式（13912345678、07715551234）', e164: '国际格式（8613912345678）', e164_plus: '国际格式带加号（+8613912345678）' }
}

export default { ...words, problem, enums }
