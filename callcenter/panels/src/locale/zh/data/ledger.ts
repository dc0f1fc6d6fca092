export const enums = {
  ledgerResult: {
    stock: '在库',
    held: '已分配',
    promised: '待回拨',
    success: '成功',
    thinking: '考虑中',
    refused: '拒绝',
    do_not_call: '要求禁拨',
    complaint: '投诉',
    lapsed: '回拨未果',
    wrong_person: '非本人',
    not_reached: '未接通',
    invalid_number: '空号',
    on_dnc_list: '禁拨名单',
    withdrawn: '授权已撤回',
    ruled_out: '按规则办结'
  },
  returnedWhy: {
    not_eligible: '坐席不可外呼',
    off_roster: '坐席未排班',
    left: '坐席离职',
    active: '坐席停用',
    licence: '执业证失效',
    training: '培训未完成',
    exam: '考试未通过',
    agreement: '未签保密协议',
    leaving: '坐席离职',
    over_quota: '超出配额',
    returned_leads: '线索收回',
    do_not_call: '列入禁拨',
    basis_withdrawn: '授权撤回'
  }
}
