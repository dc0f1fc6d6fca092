export const words = {
  propose: 'Propose a target group',
  proposeHint: 'Describe whom your branch wants called; no customer’s own particulars belong here.',
  proposed: 'Proposed; the data officer decides.',
  name: 'Name',
  campaign: 'Campaign',
  branch: 'Branch',
  criteria: 'Criteria',
  criteriaHint: 'For example: 40 to 55 years, deposits above 200 000, no complaint within a year',
  description: 'Background',
  segmentation: 'Segmentation model',
  segmentationHint: 'E-banking’s model by which head office chooses the customers (may stay empty)',
  wanted: 'Customers wanted',
  dueOn: 'Wanted by',
  state: 'State of the target group',
  all: 'All',
  open: 'In progress',
  none: 'There is no such target group.',
  noneBranch: 'Your branch has proposed no target group yet. Begin with “Propose a target group”.',
  households: '{count} customers',
  due: 'wanted by {on}',
  late: 'overdue',
  taken: '{good} of {wanted} taken in',
  rejected: '{count} rows rejected',
  way: 'What was done',
  bySystem: 'the system',
  list: 'See the list',
  approve: 'Approve',
  approveHint: 'Head office then supplies the customers.',
  refuse: 'Refuse',
  refuseHint: 'The target group ends here; the branch may propose another.',
  withdraw: 'Withdraw',
  withdrawHint: 'The target group ends here.',
  supply: 'Supply customers',
  import: 'Import the list',
  done: 'Saved.',
  supplyMore: 'Supply another file',
  supplyMissing: 'Required columns are not found: {columns}. Better correct the file and supply it again.',
  supplyTitle: 'Customers for “{name}”',
  supplyHint: 'Upload the list (CSV or XLSX). The data officer takes it in; here you only see how it will be read.',
  supplied: 'The list is uploaded; the data officer takes it in.',
  finish: 'Done'
}

export const problem = {
  target_group_not_found: 'There is no such target group, or it is not yours to see.',
  target_group_not_now: 'The target group stands elsewhere by now, so this cannot be done; refresh and look again.',
  target_group_day_past: 'That day is over: choose today or a later one.',
  target_group_other_campaign: 'The target group was proposed for another campaign: import the list into that one.',
  branch_missing: 'Your account belongs to no branch: ask the administrator to enter it.'
}

export const enums = {
  target: {
    proposed: 'to be decided',
    approved: 'customers to be supplied',
    supplied: 'to be imported',
    imported: 'imported',
    refused: 'refused',
    withdrawn: 'withdrawn'
  },
  targetAct: {
    propose: 'proposed',
    approve: 'approved',
    refuse: 'refused',
    withdraw: 'withdrawn',
    supply: 'list supplied',
    return: 'list discarded',
    import: 'imported'
  }
}
