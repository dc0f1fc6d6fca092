/** 坐席屏幕上的禁拨提示：随坐席页面载入，其余禁拨用语随数据管理页面载入。 */
export default {
  stop: '。',
  notice: {
    taken_off: '刚才屏幕上的客户已撤下，未拨打：',
    hung_up: '刚才的呼叫在接通前已挂断：',
    in_conversation: '正在通话的客户：',
    recording_stopped: '本次通话的录音已中断。请向客户致歉并尽快结束通话，勿继续营销。',
    recording_ended: '录音中断，系统已按录音规定挂断本次通话。请照常填写通话结果。',
    goesOn: '可礼貌结束本次通话，之后不会再拨打。',
    read: '知道了'
  }
}
