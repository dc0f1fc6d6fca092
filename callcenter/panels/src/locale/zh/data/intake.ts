export const problem = {
  sheet_missing: '文件中没有此工作表，请重新选择。',
  fields_invalid: '附加字段的设置有误，请检查字段名称、类型与可选值。',
  upload_not_found: '没有此文件，或文件已作废。',
  upload_busy: '该文件正在处理中，请等待完成或先取消。',
  upload_over: '该文件已导入或已作废，不能再修改。'
}

export const enums = {
  reject: {
    unreadable: '本行无法读取',
    missing_phone: '缺少电话',
    digits_lost: '号码丢失位数，请将该列设为文本格式',
    foreign: '境外号码',
    landline: '座机号码',
    short_code: '短号',
    service_number: '客服号码',
    malformed: '号码格式错误',
    no_legal_basis: '无授权依据',
    field_invalid: '附加字段不符合要求',
    do_not_call: '在禁拨名单中',
    duplicate_in_file: '文件内重复',
    duplicate_in_system: '系统内已有'
  },
  spoil: {
    bad_character: '含有无法识别的字符，请以 UTF-8 重新保存',
    too_long: '内容过长',
    too_wide: '列数过多',
    formula_without_value: '公式没有计算结果，请用表格软件打开并保存后重新上传',
    bad_cell: '单元格已损坏'
  },
  rowWarning: {
    no_name: '没有姓名',
    minor: '未满 18 周岁',
    age_unreadable: '年龄无法识别，未导入',
    birth_unreadable: '出生日期无法识别，未导入',
    district_unknown: '区县不属于任何区域',
    digits_lost: '长号码丢失位数，未导入',
    hidden_row: '被筛选隐藏的行'
  },
  encoding: { 'utf-8': 'UTF-8（通用）', gb18030: 'GB18030（GBK，中文系统常用）', 'utf-16': 'UTF-16（Unicode 文本）' },
  delimiter: { comma: '逗号 ,', tab: '制表符', semicolon: '分号 ;', bar: "竖线 {'|'}" },
  upload: { uploaded: '待导入', ordered: '处理中', imported: '已导入', discarded: '已作废' },
  mappingFrom: { given: '手动匹配', remembered: '沿用上次匹配', guessed: '自动识别，请核对' },
  fieldKind: { text: '文本', integer: '整数', decimal: '小数', money: '金额', date: '日期', boolean: '是 / 否', choice: '选项' },
  column: {
    name: '客户姓名',
    phone: '联系电话',
    gender: '性别',
    birth_on: '出生日期',
    age: '年龄',
    district: '区县',
    address: '地址',
    occupation: '职业',
    customer_class: '客户分类',
    basis_kind: '授权依据',
    basis_reference: '授权编号',
    basis_valid_until: '授权有效期',
    id_number: '身份证号',
    employer: '工作单位',
    household: '家庭情况',
    income: '收入',
    policies: '已有保单',
    claims: '理赔记录',
    preferences: '客户偏好',
    risk: '风险等级',
    service_feedback: '服务评价',
    referral_source: '介绍来源'
  }
}
