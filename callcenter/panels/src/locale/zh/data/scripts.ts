export const problem = {
  script_invalid: '话术有误：至少需要一句话，且不能重复。',
  script_name_unknown: '话术中含有无法识别的 {names}。请更正后再发布。',
  script_name_missing: '必读的语句中缺少公司全称、坐席姓名或执业证号。请补充后再发布。',
  script_outdated: '话术第 {version} 版已由他人发布。请刷新页面、核对后再发布；您的修改会保留。'
}

export const enums = {}
