/** The names of what is kept of a member of staff. */
export const staffField = {
  name: 'Name',
  role: 'Role',
  branch: 'Branch',
  extension: 'Extension',
  team_id: 'Team',
  region_id: 'Number of the region',
  licence_number: 'Licence number',
  licence_valid_until: 'Licence valid until',
  trained_at: 'Trained on',
  training_valid_until: 'Training valid until',
  examined_at: 'Exam passed on',
  exam_valid_until: 'Exam valid until',
  agreement_signed_at: 'Agreement signed on',
  agreement_valid_until: 'Agreement valid until'
}
