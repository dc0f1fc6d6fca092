/** 坐席屏幕上的禁拨提示：随坐席页面载入，其余禁拨用语随数据管理页面载入。 */
export default {
  stop: '。',
  notice: {
    taken_off: '刚才屏幕上的客户已撤下，未拨打：',
    hung_up: '刚才的呼叫在接通前已挂断：',
    in_conversation: '正在通话的客户：',
    goesOn: '可礼貌结束本次通话，之后不会再拨打。',
    read: '知道了'
  }
}
