/** 更正客户资料的用语。 */
export default {
  title: '补充或更正客户资料',
  hint: '旧值、新值、更正人与原因均会加密留存，并显示在客户档案中。',
  field: '项目',
  value: '新内容',
  emptyRemoves: '留空则删除原内容',
  dateHint: '如 1980-05-01',
  why: '如何得知',
  done: '客户资料已更新。',
  history: '资料更正记录',
  none: '尚无更正。',
  fromTo: '由“{old}”改为“{now}”',
  reopen: '重新启用',
  reopenHint: '已结束的客户将回到库中，可再次分配和拨打；禁拨名单与授权依据照常生效。',
  reopened: '客户已回到库中。'
}
