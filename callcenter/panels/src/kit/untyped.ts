/** Requests whose paths and answers nobody checks. Rooms leave it for `server` of http.ts; the last one deletes it. */
import { BASE, failed, offline } from './problem'

export interface Page<T> {
  items: T[]
  next: string | null
}

export type Query = Record<string, string | number | undefined | null>

export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return `${BASE}${path}${search ? `?${search}` : ''}`
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
    throw offline()
  }
  if (answer.ok) return answer
  throw await failed(answer)
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
    request.onerror = () => reject(offline())
    request.onload = async () => {
      const answer = new Response(request.status === 204 ? null : request.responseText, { status: request.status })
      if (answer.ok) return resolve((await answer.json()) as T)
      reject(await failed(answer))
    }
    request.send(form)
  })
}
