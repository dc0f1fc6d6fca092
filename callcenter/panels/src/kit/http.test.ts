import { afterEach, describe, expect, it, vi } from 'vitest'
import { ANSWER_MS, onLoggedOut, Problem, server, type AnswerOf, type QueryOf, type Schema } from './http'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: unknown) {
  const asked: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.clone())
    return new Response(body === null ? null : JSON.stringify(body), { status })
  })
  return asked
}

describe('a request', () => {
  it('carries the header that no page of another site can add, and what it asks for', async () => {
    const asked = answer(200, { items: [], next: null })
    await server.GET('/complaints', { params: { query: { state: 'open', cursor: undefined } } })
    expect(new URL(asked[0]!.url).pathname + new URL(asked[0]!.url).search).toBe('/api/v1/complaints?state=open')
    expect(asked[0]!.headers.get('X-Requested-With')).toBe('callcenter')
    expect(asked[0]!.headers.get('Accept')).toBe('application/json')
  })

  it('fills the path and sends the body as JSON', async () => {
    const asked = answer(200, { id: 7 })
    const after = await server.POST('/complaints/{case_id}/decision', { params: { path: { case_id: 7 } }, body: { text: '道歉' } })
    expect(after.id).toBe(7)
    expect(asked[0]!.method).toBe('POST')
    expect(new URL(asked[0]!.url).pathname).toBe('/api/v1/complaints/7/decision')
    expect(await asked[0]!.json()).toEqual({ text: '道歉' })
  })

  it('takes an answer without a body', async () => {
    answer(204, null)
    await expect(server.DELETE('/session')).resolves.toBeUndefined()
  })

  it('has an address for what the browser fetches itself', () => {
    expect(server.address('/recordings/{call_id}/audio', { path: { call_id: 'a b' }, query: { reason: '抽检' } })).toBe(
      `/api/v1/recordings/a%20b/audio?reason=${encodeURIComponent('抽检')}`
    )
  })
})

describe('a refusal', () => {
  it('arrives with its code, rule and parameters', async () => {
    answer(409, { code: 'may_not_call', rule: 'C1.window', status: 409, detail: 'closed', params: { until: 1 } })
    const refusal = await server.POST('/desk/call').catch((problem: unknown) => problem)
    expect(refusal).toBeInstanceOf(Problem)
    expect(refusal).toMatchObject({ code: 'may_not_call', rule: 'C1.window', params: { until: 1 } })
  })

  it('differs from a lost connection and from a broken proxy', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('no connection')))
    await expect(server.GET('/desk')).rejects.toMatchObject({ code: 'offline', status: 0 })
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response('<html>', { status: 502 })))
    await expect(server.GET('/desk')).rejects.toMatchObject({ code: 'unavailable', status: 502 })
  })

  it('is a problem of its own when the server takes too long, so that no button stays busy for ever', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', (_: Request, { signal }: RequestInit) =>
      new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)))
    )
    const answer = server.POST('/desk/ready').catch((problem: unknown) => problem)
    await vi.advanceTimersByTimeAsync(ANSWER_MS)
    expect(await answer).toMatchObject({ code: 'no_answer', status: 0 })
    vi.useRealTimers()
  })

  it('ends the session when nobody is logged in, but not for a wrong password', async () => {
    const out = vi.fn()
    onLoggedOut(out)
    answer(401, { code: 'bad_credentials' })
    await server.POST('/session', { body: { login: 'a', password: 'b' } }).catch(() => undefined)
    expect(out).not.toHaveBeenCalled()
    answer(401, { code: 'not_logged_in' })
    await server.GET('/desk').catch(() => undefined)
    expect(out).toHaveBeenCalledOnce()
  })
})

describe('a file', () => {
  class Sending {
    static last: Sending
    upload: { onprogress?: (event: { lengthComputable: boolean; loaded: number; total: number }) => void } = {}
    onload?: () => void
    onerror?: () => void
    headers: Record<string, string> = {}
    url = ''
    form?: FormData
    status = 201
    responseText = '{"id":5}'
    constructor() {
      Sending.last = this
    }
    open(_method: string, url: string) {
      this.url = url
    }
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value
    }
    send(form: FormData) {
      this.form = form
    }
  }

  it('goes up with its fields and reports how much has left', async () => {
    vi.stubGlobal('XMLHttpRequest', Sending)
    const shares: number[] = []
    const sent = server.upload('/lead-imports', { file: new File(['a'], 'a.csv'), source: '分行', target_group_id: undefined }, (share) => shares.push(share))
    const sending = Sending.last
    expect(sending.url).toBe('/api/v1/lead-imports')
    expect(sending.headers['X-Requested-With']).toBe('callcenter')
    expect([...sending.form!.keys()]).toEqual(['file', 'source'])
    sending.upload.onprogress!({ lengthComputable: true, loaded: 1, total: 4 })
    sending.onload!()
    expect((await sent).id).toBe(5)
    expect(shares).toEqual([0.25])
  })

  it('is refused like any other request', async () => {
    vi.stubGlobal('XMLHttpRequest', Sending)
    const sent = server.upload('/dnc/deliveries', { file: new File(['a'], 'a.csv') })
    Object.assign(Sending.last, { status: 413, responseText: '{"code":"file_too_large","status":413}' })
    Sending.last.onload!()
    await expect(sent).rejects.toMatchObject({ code: 'file_too_large', status: 413 })
  })

  it('comes down under the name it is given', async () => {
    answer(200, { any: 'bytes' })
    const made = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x')
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await server.download('/lead-lists/{list_id}/rejects.xlsx', { path: { list_id: 3 } }, 'rejects.xlsx')
    expect(made).toHaveBeenCalledOnce()
    expect(clicked).toHaveBeenCalledOnce()
  })
})

/** Never called, only compiled: a request that the server does not offer must be a type error. */
export function onlyWhatTheServerOffers() {
  const state: Schema<'CaseOut'>['state'] = 'open'
  const query: QueryOf<'/complaints'> = { state }
  const next: AnswerOf<'get', '/complaints'>['next'] = null
  // @ts-expect-error no such state
  void server.GET('/complaints', { params: { query: { state: 'forgotten' } } })
  // @ts-expect-error no such endpoint
  void server.GET('/complaint')
  // @ts-expect-error the body is missing
  void server.POST('/complaints')
  // @ts-expect-error the path's parameter is missing
  void server.POST('/complaints/{case_id}/decision', { body: { text: 'x' } })
  // @ts-expect-error `params` is misspelt
  void server.GET('/complaints', { parms: {} })
  // @ts-expect-error a file is no text
  void server.upload('/lead-imports', { file: 'x' })
  return { query, next }
}
