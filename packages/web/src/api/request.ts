/** One place that talks to the server: the console's headers, the session's token, and errors as one type. */

/** An answer that is not a success, or no answer at all. */
export class ApiFailure extends Error {
  /** 0 where no answer came. */
  readonly status: number
  /** Name of the error as the API has it; `Unreachable` where no answer came. */
  readonly code: string
  /** For the server's log; null where it gave none. */
  readonly requestId: string | null
  /** `iam:ListUsers`, where that is what the caller may not do. */
  readonly missingAction: string | null

  constructor(status: number, code: string, message: string, requestId: string | null) {
    super(message)
    this.status = status
    this.code = code
    this.requestId = requestId
    this.missingAction = code.startsWith('AccessDenied') ? actionIn(message) : null
  }
}

/** `User: … is not authorized to perform: iam:ListUsers on resource: …` */
function actionIn(message: string): string | null {
  return /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? null
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly json?: unknown
  /** In place of JSON, for services of the query protocol. */
  readonly form?: URLSearchParams
  /** Another service than the profiler, as signatures name it. */
  readonly service?: string
  /** Of a service whose operations stand in a header. */
  readonly target?: string
  readonly accept?: string
  readonly signal?: AbortSignal
}

/** What every request carries, and who is told when the server does not know the session any more. */
export const credentials: { csrfToken: string; onSessionEnd: () => void } = {
  csrfToken: '',
  onSessionEnd: () => {},
}

/** As the profiler says it, and as services of the query protocol do. */
const sessionErrors: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
])

/** @throws ApiFailure; DOMException AbortError where `signal` says so */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', json, form, service, target, accept = 'application/json', signal } = options
  const headers: Record<string, string> = { accept, 'x-wick-console': '1' }
  if (method !== 'GET') headers['x-wick-csrf'] = credentials.csrfToken
  if (json !== undefined) headers['content-type'] = 'application/json'
  if (service !== undefined) headers['x-wick-service'] = service
  if (target !== undefined) headers['x-amz-target'] = target
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json))
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiFailure(0, 'Unreachable', 'The server does not answer.', null)
  }
  if (response.ok) return response
  const failure = await readFailure(response)
  if (sessionErrors.has(failure.code)) credentials.onSessionEnd()
  throw failure
}

async function readFailure(response: Response): Promise<ApiFailure> {
  const text = await response.text().catch(() => '')
  const isXml = response.headers.get('content-type')?.startsWith('text/xml')
  const { code, message } = isXml ? inXml(text) : inJson(response, text)
  const { status, headers } = response
  return new ApiFailure(
    status,
    code ?? `Status ${status}`,
    message ?? `The server answered with status ${status}.`,
    headers.get('x-amzn-requestid'),
  )
}

interface Told {
  readonly code: string | undefined
  readonly message: string | undefined
}

function inJson(response: Response, text: string): Told {
  let body: unknown = null
  try {
    body = JSON.parse(text)
  } catch {
    // A proxy's page: its status has to do.
  }
  const { message, __type } = (body ?? {}) as { message?: unknown; __type?: unknown }
  const type = response.headers.get('x-amzn-errortype') ?? __type
  return {
    code: typeof type === 'string' ? type.replace(/^.*#|:.*$/g, '') : undefined,
    message: typeof message === 'string' ? message : undefined,
  }
}

/** As services of the query protocol say it. */
function inXml(text: string): Told {
  const document = new DOMParser().parseFromString(text, 'application/xml')
  const textOf = (name: string) => document.querySelector(`Error > ${name}`)?.textContent ?? undefined
  return { code: textOf('Code'), message: textOf('Message') }
}
