/** 录音异常的种类：录音页与异常页共用。 */
export default {
  missing: '没有录音',
  no_audio: '录音无声音',
  wrong_length: '录音时长与通话不符',
  late: '录音未按时入库',
  stuck: '录音长时间未完成',
  damaged: '录音文件损坏',
  orphan: '录音没有对应的通话',
  object_gone: '对象存储中录音丢失',
  extra_object: '对象存储中有多余的录音',
  lock_refused: '存储拒绝延长锁定',
  changed: '已入库的录音内容改变'
}

export const authority = { court: '法院', regulator: '监管机构', police: '公安机关', lawyers: '本行律师' }
export const purpose = { insurer: '保险公司', customer: '客户本人', regulator: '监管机构', court: '法院', police: '公安机关' }
export const refused = { not_sold: '未签投保单', not_issued: '保单未承保', not_stored: '录音未入库', no_number: '没有登记文号', not_entitled: '只能为保险公司申请' }
export const retentionRule = {
  legal_hold: '司法或监管要求保存',
  dispute: '涉及投诉或诉讼',
  sold_long_term: '已成交，长期险',
  sold_short_term: '已成交，短期险',
  unsold: '未成交'
}
export const incidentDetail = {
  not_armed: '已接通，未准备录音',
  empty: '已接通，录音为空',
  no_file: '已接通，没有录音文件',
  no_file_of_unknown_call: '为未知通话准备了录音，没有文件',
  too_short: '录音 {recorded}，短于通话 {against}',
  recorder_stopped: '通话中录音中断：录音 {recorded}，短于通话 {against}',
  too_long: '录音 {recorded}，长于整通电话 {against}',
  not_stored: '通话结束后未按时入库',
  object_gone: '对象存储中没有此版本，或大小不符',
  spare_versions: '有 {count} 个版本不属于任何录音',
  other_hash: '回读校验值不符，正在重新入库',
  audio_again: '录音入库后又出现音频',
  unknown_call: '音频没有对应的通话',
  audio_not_armed: '通话未准备录音，却有音频',
  failing: '多次处理失败，将继续重试',
  lock_refused: '存储拒绝把锁定延长至 {until}（{error}）',
  changed: '已入库的对象与入库时的校验值不符'
}
