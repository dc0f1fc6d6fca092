/** Refusals of the server: RFC 9457 problem details with a stable `code` and the rule that refused. */
import type { components } from './openapi'

export const BASE = '/api/v1'

type Details = components['schemas']['Problem']
export type ProblemBody = Pick<Details, 'status' | 'code'> & Partial<Details>

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
    this.rule = body.rule ?? undefined
    this.params = body.params ?? {}
  }
}

let loggedOut: () => void = () => undefined

/** Sets the function that is called when the server answers that the session has ended. */
export function onLoggedOut(listener: () => void): void {
  loggedOut = listener
}

/** Returns the problem of a request that never reached the server. */
export const offline = () => new Problem({ status: 0, code: 'offline' })

/** Returns the problem of a request that the server has not answered in time: what it has done is not known. */
export const unanswered = () => new Problem({ status: 0, code: 'no_answer' })

/** Reads the problem out of an answer that is not a success, and notices when the session has ended. */
export async function failed(answer: Response): Promise<Problem> {
  let body: Partial<ProblemBody> = {}
  try {
    body = (await answer.json()) as Partial<ProblemBody>
  } catch {
    // A proxy in between answers with a body of its own.
  }
  const code = body.code ?? (answer.status >= 500 ? 'unavailable' : `http_${answer.status}`)
  const detail = typeof body.detail === 'string' ? body.detail : ''
  // A wrong password is a 401 too, with another code: it does not end a session.
  if (answer.status === 401 && code === 'not_logged_in') loggedOut()
  return new Problem({ ...body, status: answer.status, code, detail })
}
