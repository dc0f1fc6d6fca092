/** Words of the data officer's pages: loaded with the first of them. */
import campaigns from './office/campaigns'
import intake, { problem as intakeProblem } from './office/intake'
import targets, { problem as targetsProblem } from './office/targets'
import customers from './office/customers'
import classes, { problem as classesProblem } from './office/classes'
import dnc from './office/dnc'
import allocation, { problem as allocationProblem } from './office/allocation'
import roster, { problem as rosterProblem } from './office/roster'
import retries, { problem as retriesProblem } from './office/retries'
import problem from './office/problem'
import scripts, { problem as scriptsProblem } from './office/scripts'
import ledger, { problem as ledgerProblem } from './office/ledger'

export default { ...campaigns, problem: { ...problem, ...campaigns.problem, ...rosterProblem, ...retriesProblem, ...ledgerProblem, ...classesProblem, ...targetsProblem, ...allocationProblem, ...scriptsProblem, ...intakeProblem }, intake, targets, customers, classes, dnc, allocation, roster, retries, scripts, ledger }
