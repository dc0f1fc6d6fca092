export const words = {
  propose: 'Propose a target group',
  proposeHint: 'Describe which customers your branch wants called. Do not enter anyone’s personal data.',
  proposed: 'Submitted. The data officer will decide.',
  name: 'Name',
  campaign: 'Campaign',
  branch: 'Branch',
  criteria: 'Criteria',
  criteriaHint: 'For example: aged 40 to 55, deposits above 200,000, no complaint in the past year',
  description: 'Background',
  segmentation: 'Segmentation model',
  segmentationHint: 'E-banking’s segmentation model, by which head office selects the customers (optional)',
  wanted: 'Customers needed',
  dueOn: 'Needed by',
  state: 'Target group state',
  all: 'All',
  none: 'There are no such target groups.',
  noneBranch: 'Your branch has not proposed a target group yet. Click “Propose a target group” to begin.',
  households: '{count} customers',
  due: 'needed by {on}',
  late: 'overdue',
  taken: '{good} of {wanted} imported',
  rejected: '{count} rows rejected',
  way: 'History',
  bySystem: 'System',
  list: 'View list',
  approve: 'Approve',
  approveHint: 'Head office then supplies the customer list.',
  refuse: 'Reject',
  refuseHint: 'The target group ends here. The branch may propose another one.',
  withdraw: 'Withdraw',
  withdrawHint: 'The target group ends here.',
  supply: 'Supply list',
  import: 'Import list',
  done: 'Saved.',
  supplyMore: 'Supply another list',
  supplyMissing: 'Required columns are missing: {columns}. Correct the file and supply it again, or the data officer has to complete it before the import.',
  supplyTitle: 'Supply the list for “{name}”',
  supplyHint: 'Upload the customer list (CSV or XLSX). The data officer imports it; here you only check it.',
  supplied: 'List uploaded. The data officer will import it.',
  finish: 'Done'
}

export const problem = {
  target_group_not_found: 'There is no such target group, or you may not view it.',
  target_group_not_now: 'The state of the target group has changed and this is no longer possible. Refresh the page.',
  target_group_day_past: 'This date has passed. Choose today or a later date.',
  target_group_other_campaign: 'The target group belongs to another campaign. Import the list into that campaign.',
  branch_missing: 'Your account has no branch. Ask the administrator to enter it.'
}

export const enums = {
  target: {
    proposed: 'To be approved',
    approved: 'List to be supplied',
    supplied: 'To be imported',
    imported: 'Imported',
    refused: 'Rejected',
    withdrawn: 'Withdrawn'
  },
  targetAct: {
    propose: 'proposed',
    approve: 'approved',
    refuse: 'rejected',
    withdraw: 'withdrawn',
    supply: 'supplied the list',
    return: 'list discarded',
    import: 'imported'
  }
}
