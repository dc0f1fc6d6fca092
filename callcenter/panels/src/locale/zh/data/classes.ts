export const enums = {
  classField: {
    age: '年龄',
    gender: '性别',
    district: '区县',
    occupation: '职业',
    list_class: '名单自带分类',
    basis_kind: '授权依据',
    list: '名单',
    source: '数据来源',
    branch: '分支机构',
    carrier: '运营商',
    city: '号码归属地',
    data_age: '导入天数',
    income: '收入',
    policies: '持有保单数',
    employer: '工作单位',
    household: '家庭情况',
    claims: '理赔记录',
    preferences: '偏好',
    risk: '风险等级',
    service_feedback: '服务反馈',
    referral_source: '推荐来源'
  },
  classOperator: {
    equals: '等于',
    one_of: '是其中之一',
    at_least: '不小于',
    at_most: '不大于',
    between: '介于',
    contains: '包含',
    known: '已填写',
    empty: '为空'
  },
  classChoice: {
    male: '男',
    female: '女',
    written_consent: '书面同意',
    recorded_consent: '录音同意',
    electronic_consent: '电子同意',
    existing_relation: '既有客户关系'
  },
  classSource: { manual: '人工指定', rule: '按规则', list: '按名单', default: '默认' },
  ruleProblem: {
    unknown_class: '请选择要归入的类别：原来的类别已不存在。',
    no_condition: '请至少添加一个条件。',
    unknown_field: '没有这个字段，请另选一个。',
    operator_unfit: '此字段不能这样比较，请另选比较方式。',
    value_missing: '请填写要比较的值。',
    value_unfit: '填写的值与字段不符，请填写数字、日期或文字。',
    range_backwards: '下限大于上限，请对调。',
    not_a_choice: '所选的值不在可选范围内，请重新选择。'
  }
}
