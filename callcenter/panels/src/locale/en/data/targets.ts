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
