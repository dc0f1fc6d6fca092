/** 录音保存规定的类别。 */
export const retentionRule = {
  legal_hold: '司法或监管要求保存',
  dispute: '涉及投诉或诉讼',
  sold_long_term: '已成交，长期险',
  sold_short_term: '已成交，短期险',
  unsold: '未成交'
}
