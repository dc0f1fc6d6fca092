export const words = {
  campaign: '活动',
  on: '拨打日期',
  tabs: '内容',
  tab: { plan: '分配方案', live: '当日进度', runs: '分配记录' },
  forecast: '{name}：库存 {stock} 条，每日需 {need} 条，可用 {days} 个工作日',
  forecastNone: '{name}：库存 {stock} 条，下一个工作日没有坐席需要线索',
  low: '低于 {least} 个工作日，请尽快补充名单',
  notYet: '{on} 尚未分配',
  notYetHint: '请先生成方案，核对每名坐席的配额、结转与新增，再提交。提交前不写入任何数据。系统每晚 20:00 自动分配下一个工作日的线索。',
  make: '生成方案',
  again: '重新生成',
  making: '正在计算……',
  provisional: '{on} 是否上班尚属预测，请先在工作日历中核对。',
  preview: '方案预览（尚未提交）',
  committed: '已于 {at} 分配',
  commit: '提交：为 {agents} 名坐席分配 {assigned} 条',
  done: '已为 {agents} 名坐席分配 {assigned} 条线索。',
  already: '该日此前已分配过，共 {assigned} 条。',
  seed: '随机种子 {seed}：数据与种子相同，结果即相同',
  figure: {
    agents: '坐席',
    assigned: '新分配',
    carried: '结转',
    returned: '退回库存',
    shortage: '缺口',
    stock_left: '分配后库存',
    forecast_days: '可用工作日'
  },
  agent: '坐席',
  part: '工时',
  quota: '配额',
  carried: '结转',
  fresh: '新增',
  load: '结转 + 新增 / 配额',
  noClass: '未分类',
  noDistrict: '地区不详',
  otherClasses: '其他类别',
  byDistrict: '按地区',
  showDistricts: '{name}：按地区',
  moved: '日内收回 {returned} 条，改派分得 {reassigned} 条',
  why: '分配理由',
  whyOf: '{name} 的分配理由',
  excluded: '不参与本次分配（{count} 人）',
  nobody: '当日没有可分配的坐席。请检查排班与上岗资格。',
  place: '序号',
  customer: '客户',
  state: '状态',
  reason: {
    allocated: '在 {agents} 名坐席间按比例分配：类别 {class}（本坐席新增 {new} 条中的 {of_class} 条），地区 {district}，数据日期 {data_of}。此前持有 {carried} 条、当日已完成 {done} 条，配额 {quota}。种子 {seed}。',
    allocated_short: '库存缺 {shortage} 条，在 {agents} 名坐席间按同比例缩减后分配：类别 {class}（本坐席新增 {new} 条中的 {of_class} 条），地区 {district}，数据日期 {data_of}。此前持有 {carried} 条、当日已完成 {done} 条，配额 {quota}。种子 {seed}。',
    reassigned: '日内改派（原因：{why}），在 {agents} 名有余量的坐席间分配：类别 {class}（本坐席新增 {new} 条中的 {of_class} 条），地区 {district}，数据日期 {data_of}。此前持有 {carried} 条、当日已完成 {done} 条，配额 {quota}。种子 {seed}。'
  },
  live: {
    none: '{on} 没有坐席持有线索。',
    noneHint: '分配完成后，可在此查看每名坐席的进度。',
    totals: '{agents} 名坐席 · 完成 {done} / {quota} · 处理中 {active} · 待拨 {open} · 拨打 {attempts} 次',
    done: '完成',
    active: '处理中',
    open: '待拨',
    attempts: '拨打次数',
    next: '下次可拨',
    now: '现在',
    bar: '完成 {done}，处理中 {active}，待拨 {open}，配额 {quota}',
    fresh: '每 10 秒刷新',
    returnLeads: '收回线索',
    returnLeadsTitle: '收回 {name} 的 {open} 条待拨线索',
    returnLeadsHint: '用于坐席临时缺勤或离岗。屏幕上正在处理的一条不收回。操作记入审计日志。',
    reassign: '立即改派给当日有余量的坐席，其余退回库存',
    returned: '已收回 {returned} 条：改派 {allocated} 条，退回库存 {left} 条。'
  },
  runs: {
    none: '尚无分配记录。',
    made: '分配时间',
    show: '查看'
  }
}

export const problem = {
  plan_outdated: '生成方案之后，库存、排班或配额有变动。请重新生成并核对后再提交。',
  already_allocated: '该日线索已经分配，无需再生成方案。',
  quota_not_found: '未找到该配额设置。',
  quota_day_past: '配额只能从今天或以后的日期起生效。'
}

export const enums = {
  excluded: { off_roster: '当日不上班' },
  assignment: { open: '待拨', active: '处理中', done: '已完成', returned: '已收回' },
  assignmentReason: { allocated: '按比例分配', allocated_short: '缺口下按比例分配', reassigned: '日内改派' }
}
