/** 员工档案各项的名称。 */
export const staffField = {
  name: '姓名',
  role: '岗位',
  branch: '分行',
  extension: '话机分机号',
  team_id: '小组',
  region_id: '片区编号',
  licence_number: '执业证号',
  licence_valid_until: '执业证有效期至',
  trained_at: '培训完成日期',
  training_valid_until: '培训有效期至',
  examined_at: '考试通过日期',
  exam_valid_until: '考试有效期至',
  agreement_signed_at: '保密协议签署日期',
  agreement_valid_until: '保密协议有效期至'
}
