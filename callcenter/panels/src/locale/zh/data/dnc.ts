export const problem = {
  dnc_entry_not_found: '没有这条禁拨记录。',
  dnc_already_lifted: '该禁拨记录已不再生效，无需解除。',
  dnc_term_too_short: '期限太短：客户本人要求的禁拨不得少于六个月，且须晚于今天。',
  dnc_no_number: '这不是可拨打的号码，请核对。',
  dnc_lift_proposed: '已有人申请解除，等待他人复核。',
  dnc_lift_not_found: '该解除申请不存在或已处理。请刷新。',
  dnc_second_person: '本人申请的解除须由他人复核。',
  dnc_delivery_not_found: '没有这份文件。',
  dnc_delivery_over: '此文件已接收或作废，请重新上传。',
  dnc_delivery_ends_numbers: '新文件缺少上一期的部分号码，请确认后再接收。',
  dnc_list_not_found: '没有这份外部名单。',
  dnc_list_withdrawn: '此名单已停用。如需重新使用，请作为新名单接收。',
  dnc_list_name_taken: '已有同名名单：请归入该名单，或换一个名称。',
  dnc_nothing_recognised: '文件中没有找到号码或 SHA-256、MD5、SM3 摘要，请核对。',
  basis_evidence_too_old: '客户已撤回授权：只有撤回次日起取得的新凭据才能恢复。',
  basis_evidence_invalid: '凭据日期晚于今天，或凭据已过期，请核对。'
}

export const enums = {
  dncSource: { call: '通话', office: '人工登记', complaint: '投诉', external_list: '外部名单' },
  dncState: { in_force: '生效中', lift_proposed: '待复核解除', expired: '已到期', lifted: '已解除' },
  dncKind: { phone: '手机号', sha256: 'SHA-256 摘要', md5: 'MD5 摘要', sm3: 'SM3 摘要' },
  dncDelivery: { uploaded: '待接收', in_force: '生效中', superseded: '已被替换', withdrawn: '已停用', discarded: '已作废' },
  basisAct: { added: '登记凭据', withdrawn: '撤回授权', reinstated: '凭新凭据恢复' },
  deskNotice: { taken_off: '已撤下', hung_up: '已挂断', in_conversation: '通话中', recording_stopped: '录音中断', recording_ended: '录音中断，已挂断' }
}
