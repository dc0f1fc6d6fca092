/** 数据管理页面上的拒绝原因。 */
export default {
  file_unreadable: '文件无法读取。请上传 CSV 或 XLSX 格式的名单。',
  file_too_large: '文件过大，请拆分后上传。',
  file_too_costly: '读取该文件所需的时间或内存远超名单允许的范围；请只保留所需的工作表，另存为 CSV 后重新上传。',
  reading_busy: '当前正在读取的文件较多，请稍后重试。',
  column_missing: '名单缺少必需的列，请对照模板检查表头。',
  lead_list_not_found: '未找到该名单。',
  allocation_run_not_found: '未找到该次分配。',
  day_not_worked: '所选日期不是工作日，不能分配。',
  day_past: '所选日期已过，请选择今天或以后的工作日。',
  window_invalid: '外呼时段设置无效。',
  lead_not_closed: '只有已结束的客户才能重新启用。',
  assignment_not_found: '未找到该分配记录。',
  assignment_state: '该客户的分配状态已变化，请刷新后重试。'
}
