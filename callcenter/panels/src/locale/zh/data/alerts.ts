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
  comma: '、',
  ofNode: '（交换机 {node}）',
  branches: '（缺线索的分行：{branches}）',
  goTo: '前往处理',
  done: '已认领',
  say: {
    allocation_missing: '{campaign}：{on} 的线索到 20:00 仍未分配。',
    stock_low: '{campaign}：库存 {stock} 条，按每日需求只够 {days} 个工作日（要求至少 {least} 个）。',
    shortage: '{campaign}：{on} 的分配缺 {shortage} 条线索。',
    calendar_provisional: '{year} 年放假安排尚未公布：自 {from} 起的 {days} 天按预测计算，请核对工作日历。',
    line_refuses: '线路 {trunk} 连续拒绝 {refusals} 次呼叫（SIP 应答：{code}），已暂停该线路外呼；系统定时试呼，恢复后自动继续。客户不计拨打次数。请联系运营商核查。',
    audit_broken: '审计记录链已被改动或截断，请立即查看审计日志中的断点。',
    command_failed: '{queue}：交换机未执行“{command}”（{error}），最近一次在 {at}。系统不会重发，请查看是否有坐席在等待。',
    command_lost: '{queue}：执行“{command}”时程序中断，最近一次在 {at}。是否已执行不明，系统正与交换机核对该通话。',
    task_overdue: '定时任务“{task}”应于 {at} 执行，至今未成功（连续失败 {failures} 次，原因：{error}）。系统会不断重试，成功后告警自动解除；请检查对象存储等外部服务及日志。',
    engine_late: '交换机 {node} 的信号处理延迟 {seconds} 秒：坐席屏幕与主管看板滞后同样时间；超过 {behind} 秒时暂停派发新通话。延迟消除后告警自动解除；请检查数据库与本机负载。',
    engine_silent: '交换机 {node} 的外呼引擎自 {at} 起没有响应：该交换机上暂不外呼。请检查引擎进程及其日志；引擎恢复后告警自动解除。',
    switch_gone: '交换机 {node} 自 {at} 起没有响应：该交换机上暂不外呼，未结束的通话将按“结果未知”或中断处理。请检查 Asterisk 及其日志；坐席重新签入可换到其他交换机。恢复后告警自动解除。',
    part_missing: '系统部件“{part}”自 {at} 起未运行。请检查该进程及其日志；恢复后告警自动解除。',
    signal_kept: '交换机 {node} 有 {count} 个信号因程序错误未能处理（最近一次在 {at}，错误：{error}），已原样保存，其余信号照常处理。程序修复后请在“未处理的信号”中重新处理；全部处理完毕后告警自动解除。',
    rate_exceeded: '{by} 的“{rate}”次数超过上限（{count} 次），已拒绝至 {until}。请联系当事人核实；次数回落后告警自动解除。',
    spool_blocked: '交换机 {node} 无法录音：录音目录不可写，或剩余空间 {free_mb} MB 低于下限 {least_mb} MB。为保证通话必有录音，该交换机暂停外呼。请清理磁盘或检查目录权限；恢复后告警自动解除。',
    store_down: '对象存储没有响应（交换机 {node} 的录音服务发现，错误：{error}）：录音暂存本机磁盘，不会丢失，但磁盘写满后将暂停外呼。请检查对象存储及其密钥；恢复后自动补传并解除告警。',
    caller_id_refused: '{campaign}：活动正在运行，但其主叫号码不在已批准的号码名单中（名单共 {approved} 个号码），该活动的客户一个也不会外呼。请核对 CALLCENTER_CAMPAIGNS_CALLER_IDS 或更换活动的主叫号码。',
    script_waits: '{campaign}：话术第 {version} 版已提交，等待复核。请与生效中的版本对比后批准或退回；提交人本人不能复核。'
  }
}

export const problem = {
  alert_not_found: '该告警不存在，或不属于您的职责。',
  alert_over: '该告警的原因已消除，无需再处理。请刷新。',
  alert_acknowledged: '已有同事认领此告警。请刷新查看。'
}

export const enums = {
  alert: {
    allocation_missing: '未按时分配',
    stock_low: '库存不足',
    shortage: '线索短缺',
    calendar_provisional: '日历待确认',
    line_refuses: '线路拒绝呼叫',
    audit_broken: '审计链断裂',
    command_failed: '指令未执行',
    command_lost: '指令结果不明',
    task_overdue: '定时任务逾期',
    engine_late: '信号延迟',
    engine_silent: '引擎无响应',
    switch_gone: '交换机无响应',
    part_missing: '部件未运行',
    signal_kept: '信号未能处理',
    rate_exceeded: '操作过于频繁',
    spool_blocked: '无法录音',
    store_down: '存储无响应',
    caller_id_refused: '主叫号码未批准',
    script_waits: '话术待复核'
  },
  rate: {
    log_in: '登录（密码错误）',
    log_in_locked: '登录已锁定（密码错误过多）',
    searches: '查询客户',
    reveals: '查看明文资料',
    complaints: '登记投诉',
    uploads: '上传文件'
  },
  command: {
    dial: '外呼客户',
    connect_leg: '接通坐席话机'
  }
}
