/** What alerts say is shared with the messages that leave the system: callcenter/alerts/words. */
import shared from '../../../../../alerts/words/zh.json'

export const words = {
  title: '待处理告警',
  none: '没有待处理的告警',
  noneHint: '分配、库存、工作日历或线路出现问题时，会在这里提醒您。',
  count: '{count} 条告警待处理',
  ack: '认领处理',
  ackTitle: '认领告警',
  ackHint: '请写明您打算怎么处理。告警在原因消除后自动解除。',
  acked: '{name} 于 {at} 认领：{note}',
  since: '{at} 起',
  comma: shared.out.comma,
  ofNode: shared.out.of_node,
  branches: shared.out.branches,
  goTo: '前往处理',
  done: '已认领',
  say: shared.say
}

export const problem = {
  alert_not_found: '该告警不存在，或不属于您的职责。',
  alert_over: '该告警的原因已消除，无需再处理。请刷新。',
  alert_acknowledged: '已有同事认领此告警。请刷新查看。'
}

export const enums = {
  alert: shared.alert,
  rate: shared.rate,
  command: shared.command,
  proof: shared.proof
}
