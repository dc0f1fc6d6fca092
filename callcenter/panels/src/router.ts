/** One page per role. Without the right a page shows that it is missing; without a session the log-in comes first. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { loadWords, type Late } from '@/locale'
import type { Me } from '@/session/api'
import { useSession } from '@/session/store'

export interface PageMeta {
  /** The right the page needs; of several, with a space between, one is enough. */
  right?: string
  /** Key of the page's name, `nav.<name>`; a page without one is reached from another. */
  nav?: string
  open?: boolean
  /** Key of the words in the browser's tab; without it those of `nav`. */
  title?: string
  /** Shows customers' data: the reader's name and the time are written over it (S2). */
  marked?: boolean
  /** Pages of one group have one name in the header, `nav.<group>`, and a bar of their own below it. */
  group?: Group
  /** Words that come with this page alone. */
  words?: Late | Late[]
}

export type Group = 'data' | 'audit' | 'admin' | 'recordings'

const WORDS: Record<Group, Late> = { data: 'data', audit: 'operation', admin: 'operation', recordings: 'recordings' }

type Page = RouteRecordRaw & { meta: PageMeta }

const grouped = (group: Group, pages: Page[]): Page[] => pages.map((page) => ({ ...page, meta: { ...page.meta, group } }))

/** Returns the key of the words that name a page in the browser's tab. */
export function titleOf(meta: PageMeta): string | undefined {
  return meta.title ?? (meta.nav && `nav.${meta.nav}`)
}

const dataPages = grouped('data', [
  { path: '/leads', component: () => import('@/leads/intake/ImportsPage.vue'), meta: { right: 'view_leads', nav: 'imports' } },
  { path: '/leads/new', component: () => import('@/leads/intake/NewImportPage.vue'), meta: { marked: true, right: 'import_leads', title: 'title.newImport' } },
  { path: '/leads/lists/:id', component: () => import('@/leads/intake/ListPage.vue'), meta: { marked: true, right: 'view_leads', title: 'title.list' } },
  { path: '/leads/targets', component: () => import('@/leads/targets/TargetsPage.vue'), meta: { right: 'propose_targets supply_leads view_leads', nav: 'targets' } },
  { path: '/leads/customers', component: () => import('@/leads/customers/CustomersPage.vue'), meta: { marked: true, right: 'view_leads', nav: 'customers' } },
  { path: '/leads/customers/:id', component: () => import('@/leads/customers/CustomerPage.vue'), meta: { marked: true, right: 'view_leads', title: 'title.customer' } },
  { path: '/leads/classes', component: () => import('@/leads/classes/ClassesPage.vue'), meta: { right: 'view_leads', nav: 'classes' } },
  { path: '/leads/dnc', component: () => import('@/leads/dnc/DncPage.vue'), meta: { marked: true, right: 'manage_dnc', nav: 'dnc' } },
  { path: '/leads/allocation', component: () => import('@/allocation/AllocationPage.vue'), meta: { right: 'allocate manage_roster', nav: 'allocation' } },
  { path: '/leads/roster', component: () => import('@/roster/RosterPage.vue'), meta: { right: 'manage_roster', nav: 'roster' } },
  { path: '/leads/campaigns', component: () => import('@/campaigns/CampaignsPage.vue'), meta: { right: 'manage_campaigns', nav: 'campaigns' } },
  { path: '/leads/campaigns/:id', component: () => import('@/campaigns/CampaignPage.vue'), meta: { right: 'manage_campaigns', title: 'title.campaign' } },
  { path: '/leads/calendar', component: () => import('@/roster/CalendarPage.vue'), meta: { right: 'manage_campaigns', nav: 'calendar' } },
  { path: '/leads/retries', component: () => import('@/retries/RetriesPage.vue'), meta: { right: 'manage_campaigns', nav: 'retries' } },
  { path: '/leads/scripts', component: () => import('@/scripts/ScriptsPage.vue'), meta: { right: 'manage_campaigns approve_scripts', nav: 'scripts', words: 'desk' } },
  { path: '/leads/ledger', component: () => import('@/ledger/LedgerPage.vue'), meta: { right: 'view_ledger', nav: 'ledger' } }
])

const auditPages = grouped('audit', [
  { path: '/audit', component: () => import('@/audit/TrailPage.vue'), meta: { right: 'view_audit', nav: 'trail' } },
  { path: '/audit/certificates', component: () => import('@/audit/CertificatesPage.vue'), meta: { right: 'view_audit', nav: 'certificates' } },
  { path: '/audit/certificates/:id', component: () => import('@/audit/CertificatePage.vue'), meta: { right: 'view_audit', title: 'title.certificate' } },
  { path: '/audit/access', component: () => import('@/audit/AccessPage.vue'), meta: { right: 'view_audit', nav: 'access' } }
])

const adminPages = grouped('admin', [
  { path: '/admin', component: () => import('@/admin/OverviewPage.vue'), meta: { right: 'operate', nav: 'overview' } },
  { path: '/admin/doctor', component: () => import('@/admin/DoctorPage.vue'), meta: { right: 'manage_agents', nav: 'doctor' } },
  { path: '/admin/first-run', component: () => import('@/admin/FirstRunPage.vue'), meta: { right: 'manage_people operate', nav: 'firstRun' } },
  { path: '/admin/organisation', component: () => import('@/people/OrganisationPage.vue'), meta: { right: 'manage_people', nav: 'organisation', words: 'people' } },
  { path: '/admin/tasks', component: () => import('@/admin/TasksPage.vue'), meta: { right: 'operate view_audit', nav: 'tasks' } },
  { path: '/admin/signals', component: () => import('@/admin/SignalsPage.vue'), meta: { right: 'operate view_audit', nav: 'signals' } },
  { path: '/admin/lines', component: () => import('@/lines/LinesPage.vue'), meta: { right: 'operate view_audit', nav: 'lines', words: 'lines' } },
  { path: '/admin/messages', component: () => import('@/messages/MessagesPage.vue'), meta: { right: 'operate view_audit', nav: 'messages', words: 'messages' } },
  { path: '/admin/jobs', component: () => import('@/admin/JobsPage.vue'), meta: { right: 'operate view_audit', nav: 'jobs' } },
  { path: '/admin/incidents', component: () => import('@/admin/IncidentsPage.vue'), meta: { right: 'operate view_audit listen_recordings', nav: 'incidents' } }
])

const recordingPages = grouped('recordings', [
  { path: '/recordings', component: () => import('@/recordings/RecordingsPage.vue'), meta: { marked: true, right: 'listen_recordings', nav: 'recordingSearch' } },
  { path: '/recordings/exports', component: () => import('@/recordings/ExportsPage.vue'), meta: { right: 'export_recordings keep_recordings view_audit', nav: 'exports' } },
  { path: '/recordings/holds', component: () => import('@/recordings/HoldsPage.vue'), meta: { right: 'keep_recordings view_audit', nav: 'holds' } },
  { path: '/recordings/destruction', component: () => import('@/recordings/DestructionPage.vue'), meta: { right: 'keep_recordings view_audit', nav: 'destruction' } }
])

export const pages: Page[] = [
  { path: '/agent', component: () => import('@/agent/AgentPage.vue'), meta: { marked: true, right: 'use_desk call_complainants', nav: 'agent', words: 'desk' } },
  { path: '/floor', component: () => import('@/floor/FloorPage.vue'), meta: { right: 'watch_floor', nav: 'floor', words: 'boards' } },
  {
    path: '/quality',
    component: () => import('@/quality/QualityPage.vue'),
    meta: { marked: true, right: 'review_calls', nav: 'quality', words: ['boards', 'recordings'] }
  },
  { path: '/field', component: () => import('@/field/FieldPage.vue'), meta: { marked: true, right: 'use_field', nav: 'field', words: 'boards' } },
  {
    path: '/field/dispatch',
    component: () => import('@/field/DispatchPage.vue'),
    meta: { marked: true, right: 'assign_visits', nav: 'dispatch', words: 'boards' }
  },
  { path: '/insurer', component: () => import('@/insurer/InsurerPage.vue'), meta: { right: 'follow_hand_overs', nav: 'insurer', words: 'operation' } },
  {
    path: '/complaints',
    component: () => import('@/complaints/ComplaintsPage.vue'),
    meta: { marked: true, right: 'handle_complaints', nav: 'complaints', words: 'boards' }
  },
  { path: '/callbacks', component: () => import('@/callbacks/CallbacksPage.vue'), meta: { marked: true, right: 'view_callbacks', nav: 'callbacks', words: 'boards' } },
  { path: '/people', component: () => import('@/people/PeoplePage.vue'), meta: { right: 'manage_people manage_roster', nav: 'people', words: 'people' } },
  ...recordingPages,
  ...dataPages,
  ...auditPages,
  ...adminPages
]

export const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('@/session/LoginPage.vue'), meta: { open: true, title: 'login.submit' } },
  { path: '/second-factor', component: () => import('@/session/SecondFactorPage.vue'), meta: { title: 'title.secondFactor' } },
  { path: '/password', component: () => import('@/session/PasswordPage.vue'), meta: { title: 'title.password' } },
  { path: '/', component: () => import('@/session/HomePage.vue') },
  ...pages,
  { path: '/no-right', name: 'no-right', component: () => import('@/session/NoRightPage.vue'), meta: { title: 'app.noRight' } },
  { path: '/:rest(.*)*', component: () => import('@/session/NotFoundPage.vue'), meta: { title: 'app.notFound' } }
]

/** The page of each step that a log-in may still lack. */
const STEPS: Record<NonNullable<Me['due']>, string> = {
  second_factor: '/second-factor',
  password: '/password',
  enrolment: '/second-factor'
}

function mayOpen(right: string | undefined, rights: string[]): boolean {
  return !right || right.split(' ').some((one) => rights.includes(one))
}

/** The page that the server names if this person may open it, else the first one they may open. */
export function homeOf(me: Me): string | undefined {
  const mine = pages.filter((page) => mayOpen(page.meta.right, me.rights))
  return (mine.find((page) => page.path === me.home) ?? mine[0])?.path
}

/** An administrator begins with the steps of a new installation, until all of them are done. */
async function beginning(home: string | undefined): Promise<string | undefined> {
  if (home !== '/admin') return home
  const { firstRun } = await import('@/admin/firstRun')
  return firstRun().then(
    ({ complete }) => (complete ? home : '/admin/first-run'),
    () => home
  )
}

export function makeRouter() {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(async (to) => {
    const session = useSession()
    await session.find()
    if (to.meta.open) return session.me ? '/' : true
    if (!session.me) return { path: '/login', query: to.path === '/' ? {} : { back: to.fullPath } }
    if (session.me.due) {
      await loadWords('account')
      const step = STEPS[session.me.due]
      return to.path === step || step
    }
    if (Object.values(STEPS).includes(to.path)) return '/'
    if (to.path === '/') return (await beginning(homeOf(session.me))) ?? true
    const late = [to.meta.group ? WORDS[to.meta.group as Group] : undefined, to.meta.words as Late | Late[] | undefined].flat()
    await Promise.all(late.flatMap((one) => (one ? [loadWords(one)] : [])))
    if (!session.may(to.meta.right as string | undefined)) return { name: 'no-right', query: { page: to.path } }
    return true
  })
  return router
}
