/** The only file that calls fetch. Every refusal of the server arrives as a Problem with a stable `code`. */

export interface ProblemBody {
  status: number
  code: string
  detail?: string
  rule?: string
  params?: Record<string, unknown>
}

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly rule?: string
  readonly params: Record<string, unknown>

  constructor(body: ProblemBody) {
    super(body.code)
    this.status = body.status
    this.code = body.code
    this.detail = body.detail ?? ''
    this.rule = body.rule
    this.params = body.params ?? {}
  }
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export type Query = Record<string, string | number | undefined | null>

export const BASE = '/api/v1'

type Listener = () => void
let loggedOut: Listener = () => undefined

/** Called when the server says that nobody is logged in (any request but the log-in itself). */
export function onLoggedOut(listener: Listener): void {
  loggedOut = listener
}

export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return `${BASE}${path}${search ? `?${search}` : ''}`
}

async function problemOf(answer: Response): Promise<Problem> {
  let body: Partial<ProblemBody> = {}
  try {
    body = (await answer.json()) as Partial<ProblemBody>
  } catch {
    // A proxy in between answers in its own words.
  }
  const detail = typeof body.detail === 'string' ? body.detail : ''
  const code = body.code ?? (answer.status >= 500 ? 'unavailable' : `http_${answer.status}`)
  return new Problem({ ...body, status: answer.status, code, detail })
}

async function ask(method: string, path: string, init: RequestInit, query: Query): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(address(path, query), {
      method,
      credentials: 'same-origin',
      ...init,
      headers: { Accept: 'application/json', 'X-Requested-With': 'callcenter', ...init.headers }
    })
  } catch {
    throw new Problem({ status: 0, code: 'offline' })
  }
  if (answer.ok) return answer
  const problem = await problemOf(answer)
  if (problem.status === 401 && problem.code === 'not_logged_in') loggedOut()
  throw problem
}

async function send<T>(method: string, path: string, init: RequestInit = {}, query: Query = {}): Promise<T> {
  const answer = await ask(method, path, init, query)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

/** Fetches a file and hands it to the browser under this name; a refusal arrives as a Problem, like any other. */
export async function download(path: string, name: string, query: Query = {}): Promise<void> {
  const answer = await ask('GET', path, { headers: { Accept: '*/*' } }, query)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await answer.blob())
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

export function get<T>(path: string, query: Query = {}): Promise<T> {
  return send<T>('GET', path, {}, query)
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>('POST', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

export function put<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>('PUT', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

export function patch<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>('PATCH', path, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

export function remove<T>(path: string): Promise<T> {
  return send<T>('DELETE', path)
}

/** A list comes as {items, next} or, where it cannot be long, as a plain array. */
export function itemsOf<T>(answer: Page<T> | T[]): T[] {
  return Array.isArray(answer) ? answer : answer.items
}

/** Sends a form and tells how much of it has left (0..1); fetch cannot tell. */
export function upload<T>(path: string, form: FormData, progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address(path))
    request.setRequestHeader('X-Requested-With', 'callcenter')
    request.setRequestHeader('Accept', 'application/json')
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => reject(new Problem({ status: 0, code: 'offline' }))
    request.onload = async () => {
      const answer = new Response(request.status === 204 ? null : request.responseText, { status: request.status })
      if (answer.ok) return resolve((await answer.json()) as T)
      const problem = await problemOf(answer)
      if (problem.code === 'not_logged_in') loggedOut()
      reject(problem)
    }
    request.send(form)
  })
}
