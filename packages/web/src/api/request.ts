/** One place that talks to the server: the console's headers, the session's token, and errors as one type. */

/** An answer that is not a success, or no answer at all. */
export class ApiFailure extends Error {
  /** 0 where no answer came. */
  readonly status: number
  /** Name of the error as the API has it; `Unreachable` where no answer came. */
  readonly code: string
  /** For the server's log; null where it gave none. */
  readonly requestId: string | null

  constructor(status: number, code: string, message: string, requestId: string | null) {
    super(message)
    this.status = status
    this.code = code
    this.requestId = requestId
  }
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly json?: unknown
  readonly accept?: string
  readonly signal?: AbortSignal
}

/** What every request carries, and who is told when the server does not know the session any more. */
export const credentials: { csrfToken: string; onSessionEnd: () => void } = {
  csrfToken: '',
  onSessionEnd: () => {},
}

const sessionErrors: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
])

/** @throws ApiFailure; DOMException AbortError where `signal` says so */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', json, accept = 'application/json', signal } = options
  const headers: Record<string, string> = { accept, 'x-wick-console': '1' }
  if (method !== 'GET') headers['x-wick-csrf'] = credentials.csrfToken
  if (json !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      ...(json !== undefined && { body: JSON.stringify(json) }),
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
  const body: unknown = await response.json().catch(() => null)
  const fields = (typeof body === 'object' && body !== null ? body : {}) as {
    message?: unknown
    __type?: unknown
  }
  const type = response.headers.get('x-amzn-errortype') ?? fields.__type
  const code = typeof type === 'string' ? type.replace(/^.*#|:.*$/g, '') : `Status ${response.status}`
  const message =
    typeof fields.message === 'string'
      ? fields.message
      : `The server answered with status ${response.status}.`
  return new ApiFailure(response.status, code, message, response.headers.get('x-amzn-requestid'))
}
