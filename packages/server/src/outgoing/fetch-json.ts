import { type GuardOptions, guardedRequest, RequestFailed } from './guarded-request.ts'

/** Why a document could not be had. Its message is for the log, not for whoever named the URL. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
}

/**
 * Gets a JSON document that somebody else named.
 *
 * @throws FetchFailed
 */
export async function fetchJson(text: string, options: GuardOptions): Promise<unknown> {
  try {
    const { status, body } = await guardedRequest(
      text,
      { method: 'GET', headers: { accept: 'application/json' } },
      options,
    )
    if (status !== 200) throw new RequestFailed(`answered ${status}`)
    return JSON.parse(body)
  } catch (error) {
    const url = URL.parse(text)
    const where = url === null ? '' : `${url.origin}${url.pathname}: `
    throw new FetchFailed(`${where}${(error as Error).message}`)
  }
}
