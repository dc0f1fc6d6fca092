/** Words of the data officer's room, a file per part: its words, its refusals, its codes. */
import * as intake from './intake'
import * as targets from './targets'
import * as customers from './customers'
import * as classes from './classes'
import * as dnc from './dnc'
import * as allocation from './allocation'
import * as roster from './roster'
import * as retries from './retries'
import * as scripts from './scripts'
import * as ledger from './ledger'
import * as alerts from './alerts'

export const problem = {
  ...customers.problem,
  ...dnc.problem,
  ...alerts.problem
}

export const enums = {
  ...intake.enums,
  ...targets.enums,
  ...customers.enums,
  ...classes.enums,
  ...dnc.enums,
  ...allocation.enums,
  ...roster.enums,
  ...retries.enums,
  ...scripts.enums,
  ...ledger.enums,
  ...alerts.enums
}
