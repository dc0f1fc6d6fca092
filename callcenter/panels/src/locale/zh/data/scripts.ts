export const problem = {
  script_invalid: '话术有误：至少需要一句话，且不能重复。',
  script_name_unknown: '话术中含有无法识别的 {names}。请更正后再提交。',
  script_name_missing: '必读的语句中缺少公司全称、坐席姓名或执业证号。请补充后再提交。',
  script_outdated: '话术第 {version} 版已生效。请刷新页面、核对后再提交；您的草稿会保留。',
  script_draft_changed: '您已在其他页面保存、提交或放弃了这份草稿。请改用其他页面的内容，或以此处的内容为准再保存。',
  script_waits: '该活动已有一版话术待复核或待生效。请先完成复核或将其撤回，再提交新的一版。',
  script_not_waiting: '话术第 {version} 版已处理完毕，不能再批准、退回或撤回。请刷新页面。',
  script_second_person: '话术须由他人复核：提交过这份话术的人不能批准或退回。',
  script_date_past: '生效日期不能早于今天（{today}）。请选择今天或以后的日期。',
  script_unchanged: '内容与生效中的版本相同，无需提交。'
}

export const enums = {}
