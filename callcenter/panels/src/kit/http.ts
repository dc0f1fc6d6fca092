/**
 * The server, with the types of its own description (openapi.d.ts). The only client of the panels: `api.ts` of a room
 * names paths, parameters and bodies, everything else follows from them.
 *
 *     export type Case = Schema<'CaseOut'>
 *     export const cases = (query: QueryOf<'/complaints'>) => server.GET('/complaints', { params: { query } })
 *
 * A method returns what the endpoint answers, and throws a `Problem` when it refuses or cannot be reached.
 */
import createClient, {
  createFinalURL,
  createQuerySerializer,
  defaultPathSerializer,
  type FetchResponse,
  type MaybeOptionalInit,
  type Middleware
} from 'openapi-fetch'
import type { MediaType, PathsWithMethod, RequiredKeysOf } from 'openapi-typescript-helpers'
import type { components, paths } from './openapi'
import { BASE, failed, offline, Problem, unanswered } from './problem'

export * from './problem'

/** The shape of this name in the server's description: `Schema<'CaseOut'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The endpoints, without the prefix that all of them have. */
type Paths = { [Path in keyof paths as Path extends `${typeof BASE}${infer Rest}` ? Rest : never]: paths[Path] }
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type PathOf<M extends Method> = PathsWithMethod<Paths, M>

/** The query parameters of a GET endpoint. */
export type QueryOf<Path extends PathOf<'get'>> = Paths[Path]['get'] extends { parameters: { query?: infer Query } }
  ? NonNullable<Query>
  : never

/** The response body of an endpoint after success. */
export type AnswerOf<M extends Method, Path extends PathOf<M>> = Paths[Path] extends Record<M, infer Operation extends object>
  ? Exclude<FetchResponse<Operation, object, MediaType>, { data?: never }>['data']
  : never

type Init<I> = RequiredKeysOf<I> extends never ? [init?: I] : [init: I]
type Call<M extends Method> = <Path extends PathOf<M>, I extends MaybeOptionalInit<Paths[Path], M>>(
  path: Path,
  ...init: Init<I>
) => Promise<AnswerOf<M, Path>>

const HEADERS = { Accept: 'application/json', 'X-Requested-With': 'callcenter' }

/** The longest that the server may take to begin its answer; what takes longer is a job. */
export const ANSWER_MS = 30_000

/** Sends a request. A line that has died without a word would otherwise keep a button busy for ever. */
async function send(request: Request): Promise<Response> {
  const waiting = new AbortController()
  const cancel = () => waiting.abort(request.signal.reason)
  if (request.signal.aborted) cancel()
  request.signal.addEventListener('abort', cancel)
  const timer = setTimeout(() => waiting.abort(unanswered()), ANSWER_MS)
  try {
    return await fetch(request, { signal: waiting.signal })
  } finally {
    clearTimeout(timer)
  }
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await failed(response)
  },
  onError({ request, error }) {
    return request.signal.aborted || error instanceof Problem ? (error as Error) : offline()
  }
}

/** The server requires this header. Pages of other sites cannot add it, so they cannot act in this session. */
const client = createClient<Paths>({
  baseUrl: BASE,
  credentials: 'same-origin',
  headers: HEADERS,
  fetch: send
})
client.use(problems)

function call<M extends Method>(method: M): Call<M> {
  // The types above have checked the caller; inside, path and method are no longer known together.
  const ask = client.request as (method: M, path: unknown, init?: unknown) => Promise<{ data?: unknown }>
  return async (path, ...init) => (await ask(method, path, init[0])).data as never
}

type Params<Path extends PathOf<'get'>> = Paths[Path]['get'] extends { parameters: infer P } ? P : never

/** The address of an endpoint that the browser itself fetches: `<audio>`, links. */
function address<Path extends PathOf<'get'>>(path: Path, params: Params<Path>): string {
  return createFinalURL(path as string, {
    baseUrl: BASE,
    params: params as Record<string, Record<string, unknown>>,
    querySerializer: createQuerySerializer(),
    pathSerializer: defaultPathSerializer
  })
}

/** Fetches a file and saves it under this name. */
async function download<Path extends PathOf<'get'>>(path: Path, params: Params<Path>, name: string): Promise<void> {
  const ask = client.GET as (path: unknown, init: unknown) => Promise<{ data?: Blob }>
  const { data } = await ask(path, { params, parseAs: 'blob', headers: { Accept: '*/*' } })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(data!)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

type Form<Path extends PathOf<'post'>> = Paths[Path]['post'] extends {
  requestBody: { content: { 'multipart/form-data': infer Body } }
}
  ? { [Key in keyof Body]: Key extends 'file' ? File : Body[Key] }
  : never

/** Sends a form with a file and reports the share that has been sent (0..1). Not by fetch, which cannot report it. */
function upload<Path extends PathOf<'post'>>(
  path: Path,
  form: Form<Path>,
  progress: (share: number) => void = () => undefined
): Promise<AnswerOf<'post', Path>> {
  const data = new FormData()
  for (const [key, value] of Object.entries(form)) {
    if (value !== undefined && value !== null) data.append(key, value instanceof File ? value : String(value))
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `${BASE}${path as string}`)
    Object.entries(HEADERS).forEach(([name, value]) => request.setRequestHeader(name, value))
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = () => reject(offline())
    request.onload = async () => {
      const answer = new Response(request.status === 204 ? null : request.responseText, { status: request.status })
      if (!answer.ok) return reject(await failed(answer))
      resolve((answer.status === 204 ? undefined : await answer.json()) as never)
    }
    request.send(data)
  })
}

export const server = {
  GET: call('get'),
  POST: call('post'),
  PUT: call('put'),
  PATCH: call('patch'),
  DELETE: call('delete'),
  address,
  download,
  upload
}
