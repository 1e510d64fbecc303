/**
 * Sends a JSON document to an address that the operator named: no redirects, a few seconds.
 *
 * @throws Error where it was not taken
 */
export async function postDocument(url: string, text: string, timeoutMilliseconds = 5000): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMilliseconds),
  }).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error
    throw new Error(`${new URL(url).origin} cannot be reached: ${message}`)
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`${new URL(url).origin} answered ${response.status}`)
}
