/** 坐席工作台的用语：打开该页面时载入。 */
import agent from './agent'

const problem = {
  promise_in_the_past: '约定时间已过，请另选时间。',
  details_missing: '此结果还缺少必填内容，请补充后提交。',
  not_dialable: '该号码不符合拨号规则，未拨出。',
  notice_not_found: '未找到该提示，请刷新页面。',
  promise_needs_time: '请选择约定回拨的时间。',
  not_disposable: '该通话当前不能提交此结果。',
  disposition_owed: '请先填写上一通电话的结果，再就绪。'
}

export default { agent, problem }
