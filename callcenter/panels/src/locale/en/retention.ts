/** Classes of the policy on recordings. */
export const retentionRule = {
  legal_hold: 'Legal hold',
  dispute: 'Dispute',
  sold_long_term: 'Sold, long term',
  sold_short_term: 'Sold, short term',
  unsold: 'Unsold'
}
