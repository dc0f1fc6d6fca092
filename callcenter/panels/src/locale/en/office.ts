/** Words of the data officer's pages: loaded with the first of them. */
import intake from './office/intake'
import targets from './office/targets'
import customers from './office/customers'
import classes from './office/classes'
import dnc from './office/dnc'
import allocation from './office/allocation'
import roster from './office/roster'
import retries from './office/retries'
import scripts from './office/scripts'
import ledger from './office/ledger'

export default { intake, targets, customers, classes, dnc, allocation, roster, retries, scripts, ledger }
