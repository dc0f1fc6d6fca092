/** 诊断页面的用语。 */
export default {
  hint: '为什么不外呼、坐席为什么空等，以及怎么办。服务器、线路和证书的深入检查请在该机器上运行诊断命令。',
  faults: '发现 {count} 项',
  madeAt: '检查时间 {at}',
  fine: '没有发现问题。',
  ways: '从名单到通话',
  waysHint: '每一步还剩多少；标红的一步是没有客户可拨的原因。',
  noWays: '没有运行中的活动。',
  open: '时段内',
  closed: '时段外',
  stuck: '卡在这里',
  severity: { stops: '阻断', warns: '警告', explains: '说明' },
  area: {
    settings: '设置',
    machine: '本机',
    database: '数据库',
    store: '录音存储',
    switch: '交换机',
    trunk: '线路',
    parts: '部件',
    today: '今天',
    campaign: '活动',
    leads: '线索',
    agents: '坐席',
    operation: '运行'
  },
  step: {
    listed: '名单',
    in_stock: '库存',
    callable: '可拨',
    assigned_today: '今日已分配',
    open: '未完成',
    due: '有到时线索的坐席',
    agents_ready: '就绪坐席'
  }
}
