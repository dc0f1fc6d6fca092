/** English: the second language. Its keys are exactly those of zh.ts (checked by locale.test.ts). */
import complaints from './en/complaints'
import corrections from './en/corrections'
import * as alerts from './en/data/alerts'
import * as data from './en/data'
import enums from './en/enums'
import notice from './en/notice'
import problem from './en/problem'

export default {
  app: {
    name: 'Call centre',
    pages: 'Pages',
    language: 'Language',
    zh: '中文',
    en: 'English',
    account: 'My account',
    logOut: 'Log out',
    rehearsal: '演练环境 / Rehearsal',
    rehearsalMore: 'every customer is invented, no real number is dialled',
    noPage: 'There is no page for your role yet. Ask an administrator for the rights you need.',
    noRight: 'No access',
    noRightHint: 'Your role may not open this page. If your work needs it, ask an administrator.',
    notFound: 'No such page',
    notFoundHint: 'The address may be wrong, or the page is gone.',
    toHome: 'Back to my page',
    cancel: 'Cancel',
    confirm: 'Confirm',
    refresh: 'Refresh',
    more: 'More',
    lineLost: 'The connection to the server is lost; reconnecting …',
    reason: 'Reason',
    reasonKept: 'The reason is kept. Do not put personal data of customers or colleagues into it.',
    yuan: '¥{amount}',
    yes: 'Yes',
    no: 'No',
    retry: 'Try again',
    version: 'Version {version}',
    mandatory: 'Mandatory',
    complaintCategory: 'Complaint category',
    loading: 'Loading …'
  },
  form: {
    required: 'Please fill this in',
    check: 'Please check this',
    inAnHour: 'In an hour, {at}',
    thisAfternoon: 'This afternoon, {at}'
  },
  table: {
    empty: 'Nothing here',
    acts: 'Actions',
    columns: 'Choose columns',
    reset: 'Back to default'
  },
  job: {
    queued: 'Waiting …',
    running: 'Working …',
    cancelling: 'Cancelling …',
    of: '{done} / {total}',
    ahead: '{count} jobs before it. ',
    done_so_far: '{done} so far',
    failed: 'Not completed: ',
    cancelled: 'Cancelled; nothing was changed.'
  },
  nav: {
    recordings: 'Recordings',
    recordingSearch: 'Find recordings',
    exports: 'Exports',
    holds: 'Legal holds',
    destruction: 'Destruction',
    agent: 'Desk',
    floor: 'Floor',
    quality: 'Quality',
    field: 'My visits',
    dispatch: 'Dispatch',
    insurer: 'Hand-overs and results',
    complaints: 'Complaints',
    callbacks: 'Callbacks',
    people: 'Staff & leave',
    data: 'Data',
    campaigns: 'Campaigns',
    imports: 'Imports',
    targets: 'Target groups',
    customers: 'Customers',
    classes: 'Classes',
    dnc: 'Do not call',
    allocation: 'Allocation',
    roster: 'Roster',
    calendar: 'Calendar',
    retries: 'Retry rules',
    scripts: 'Scripts',
    ledger: 'Ledger',
    audit: 'Audit',
    admin: 'Operation',
    trail: 'Audit trail',
    certificates: 'Certificates',
    access: 'Access log',
    organisation: 'Organisation',
    firstRun: 'First run',
    overview: 'Overview',
    doctor: 'Diagnosis',
    tasks: 'Scheduled tasks',
    jobs: 'Jobs',
    signals: 'Signals kept aside',
    lines: 'Lines',
    messages: 'Outgoing alerts',
    incidents: 'Recording incidents'
  },
  title: {
    password: 'Change password',
    secondFactor: 'Second factor',
    newImport: 'Import a list',
    list: 'A list',
    customer: 'A customer',
    certificate: 'Certificate',
    campaign: 'A campaign'
  },
  login: {
    idleTitle: 'Are you still there?',
    idleText: 'This page was not used for a while: you are logged out in {seconds} seconds. Press a key or click to stay.',
    idleStay: 'Stay',
    name: 'Login',
    password: 'Password',
    submit: 'Log in',
    empty: 'Enter your login and your password.',
    ended: 'Your session has ended. Log in again and you will be back where you were.'
  },
  problem: { ...problem, ...data.problem },
  enums: { ...enums, ...data.enums },
  complaints,
  corrections,
  alerts: alerts.words,
  dnc: notice
}
