/** One page per role. A page whose right is missing says so; a page without a session asks to log in and comes back. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Me } from '@/session/api'
import { useSession } from '@/session/store'

export interface PageMeta {
  /** The right the page needs. */
  right?: string
  /** Key of the page's name, `nav.<name>`. */
  nav?: string
  open?: boolean
}

export const pages: (RouteRecordRaw & { meta: PageMeta })[] = [
  { path: '/agent', component: () => import('@/agent/AgentPage.vue'), meta: { right: 'use_desk', nav: 'agent' } },
  { path: '/floor', component: () => import('@/floor/FloorPage.vue'), meta: { right: 'watch_floor', nav: 'floor' } },
  {
    path: '/quality',
    component: () => import('@/quality/QualityPage.vue'),
    meta: { right: 'review_calls', nav: 'quality' }
  },
  { path: '/field', component: () => import('@/field/FieldPage.vue'), meta: { right: 'use_field', nav: 'field' } },
  {
    path: '/field/dispatch',
    component: () => import('@/field/DispatchPage.vue'),
    meta: { right: 'assign_visits', nav: 'dispatch' }
  },
  {
    path: '/complaints',
    component: () => import('@/complaints/ComplaintsPage.vue'),
    meta: { right: 'handle_complaints', nav: 'complaints' }
  },
  { path: '/leads', component: () => import('@/leads/LeadsPage.vue'), meta: { right: 'view_leads', nav: 'leads' } }
]

const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('@/session/LoginPage.vue'), meta: { open: true } },
  { path: '/', component: () => import('@/session/HomePage.vue') },
  ...pages,
  { path: '/no-right', name: 'no-right', component: () => import('@/session/NoRightPage.vue') },
  { path: '/:rest(.*)*', component: () => import('@/session/NotFoundPage.vue') }
]

/** The page the server names, if this person may open it; else the first one they may. */
export function homeOf(me: Me): string | undefined {
  const mine = pages.filter((page) => !page.meta.right || me.rights.includes(page.meta.right))
  return (mine.find((page) => page.path === me.home) ?? mine[0])?.path
}

export function makeRouter() {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(async (to) => {
    const session = useSession()
    await session.find()
    if (to.meta.open) return session.me ? '/' : true
    if (!session.me) return { path: '/login', query: to.path === '/' ? {} : { back: to.fullPath } }
    if (to.path === '/') return homeOf(session.me) ?? true
    if (!session.may(to.meta.right as string | undefined)) return { name: 'no-right', query: { page: to.path } }
    return true
  })
  return router
}
