/** 数据管理页面的用语：打开其中第一个页面时载入。 */
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
