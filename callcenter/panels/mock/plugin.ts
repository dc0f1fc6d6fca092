/** An invented server for `npm run dev` without one: enough state to walk through every page. Never in the build. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { WebSocketServer, type WebSocket } from 'ws'
import { Desk } from './desk.ts'
import { boards } from './boards.ts'
import { classes } from './classes.ts'
import { office } from './office.ts'
import { customers } from './customers.ts'
import { intake } from './intake.ts'
import { dnc } from './dnc.ts'
import { ledger } from './ledger.ts'

export interface MockRequest {
  method: string
  path: string
  query: URLSearchParams
  body: Record<string, unknown>
}

export class MockProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly extra: object = {}
  ) {
    super(code)
  }
}

const PEOPLE: Record<string, { name: string; role: string; home: string; rights: string[] }> = {
  agent: { name: '李晓彤', role: 'agent', home: '/agent', rights: ['use_desk', 'open_complaint'] },
  qa: { name: '周敏', role: 'qa_lead', home: '/quality', rights: ['listen_recordings', 'review_calls', 'open_complaint', 'watch_floor'] },
  field: { name: '陈志远', role: 'field_agent', home: '/field', rights: ['use_field', 'open_complaint'] },
  dispatcher: { name: '孙丽', role: 'field_leader', home: '/field/dispatch', rights: ['use_field', 'assign_visits', 'open_complaint'] },
  leader: { name: '吴凯', role: 'agent_leader', home: '/floor', rights: ['watch_floor', 'manage_agents', 'manage_roster', 'open_complaint'] },
  complaints: { name: '郑洁', role: 'complaint_officer', home: '/complaints', rights: ['open_complaint', 'handle_complaints', 'sign_off_complaints', 'listen_recordings'] },
  data: { name: '何军', role: 'data_officer', home: '/leads', rights: ['import_leads', 'view_leads', 'reveal_number', 'manage_dnc', 'allocate', 'manage_campaigns', 'manage_roster', 'view_ledger', 'open_complaint'] },
  branch: { name: '演示支行专员', role: 'branch_officer', home: '/leads/targets', rights: ['propose_targets', 'view_ledger', 'open_complaint'] },
  headoffice: { name: '演示总行数据岗', role: 'head_office', home: '/leads/targets', rights: ['supply_leads', 'view_ledger'] },
  unfit: { name: '—', role: 'agent', home: '/agent', rights: [] }
}

function person(request: IncomingMessage) {
  const login = /callcenter_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
  return login ? PEOPLE[login] : undefined
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  return request.headers['content-type']?.includes('json') && text ? JSON.parse(text) : {}
}

function session(request: IncomingMessage, answer: ServerResponse, wish: MockRequest): unknown {
  if (wish.method === 'POST') {
    const login = String(wish.body.login)
    const found = PEOPLE[login]
    if (!found || wish.body.password === 'wrong') throw new MockProblem(401, 'bad_credentials')
    if (login === 'unfit') throw new MockProblem(403, 'not_fit', { params: { missing: ['licence', 'exam'] } })
    answer.setHeader('Set-Cookie', `callcenter_session=${login}; Path=/; HttpOnly; SameSite=Strict`)
    return { id: 1, ...found }
  }
  if (wish.method === 'DELETE') {
    answer.setHeader('Set-Cookie', 'callcenter_session=; Path=/; Max-Age=0')
    return null
  }
  const found = person(request)
  if (!found) throw new MockProblem(401, 'not_logged_in')
  return { id: 1, ...found }
}

export function mockApi(): Plugin {
  return {
    name: 'callcenter-mock-api',
    configureServer(server) {
      const desk = new Desk()
      const boardsOf = boards()
      /** Each answers what is its own and gives undefined for the rest. */
      const parts = [dnc(), classes(), ledger, intake(), customers, office]
      const sockets = new WebSocketServer({ noServer: true })
      server.httpServer?.on('upgrade', (request, socket, head) => {
        if (!request.url?.startsWith('/api/v1/desk/stream')) return
        sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
          const send = () => client.send(JSON.stringify(desk.snapshot()))
          const stop = desk.listen(send)
          const beat = setInterval(send, 10_000)
          client.on('close', () => {
            stop()
            clearInterval(beat)
          })
          send()
        })
      })
      server.middlewares.use('/api/v1', (request, answer) => {
        void (async () => {
          const url = new URL(request.url ?? '/', 'http://mock')
          const wish: MockRequest = {
            method: request.method ?? 'GET',
            path: url.pathname,
            query: url.searchParams,
            body: await bodyOf(request)
          }
          try {
            let result: unknown
            if (wish.path === '/about') {
              result = { rehearsal: true, now: new Date().toISOString(), version: '0.1.0', locale_default: 'zh' }
            } else if (wish.path === '/session') {
              result = session(request, answer, wish)
            } else if (!person(request)) {
              throw new MockProblem(401, 'not_logged_in')
            } else if (wish.path.startsWith('/desk')) {
              result = desk.answer(wish)
            } else if (boardsOf.stream(wish, answer)) {
              return
            } else {
              const rights = person(request)?.rights ?? []
              for (const part of parts) if ((result = part(wish, rights)) !== undefined) break
              if (result === undefined) result = boardsOf.answer(wish)
            }
            answer.statusCode = result === null ? 204 : 200
            answer.setHeader('Content-Type', 'application/json')
            answer.end(result === null ? undefined : JSON.stringify(result))
          } catch (problem) {
            const refused = problem instanceof MockProblem ? problem : new MockProblem(500, 'unavailable')
            if (!(problem instanceof MockProblem)) console.error(problem)
            answer.statusCode = refused.status
            answer.setHeader('Content-Type', 'application/problem+json')
            answer.end(JSON.stringify({ status: refused.status, code: refused.code, detail: 'invented', ...refused.extra }))
          }
        })()
      })
    }
  }
}
