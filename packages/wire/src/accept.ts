import { invalid } from './errors.ts'

export type ProfileEncoding = 'ion' | 'json'

/** Media type → weight, in the order of a header such as `text/html;q=0.5, *\/*`. Malformed weights count as 1. */
function weights(header: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const part of header.slice(0, 1024).split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    const number = weight === undefined ? 1 : Number(weight)
    if (name !== '') found.set(name, Number.isFinite(number) ? number : 1)
  }
  return found
}

/** Which representation of a profile the `Accept` header asks for; Ion where it leaves the choice (the API's default). */
export function acceptedEncoding(header: string | undefined): ProfileEncoding {
  if (header === undefined || header.trim() === '') return 'ion'
  const asked = weights(header)
  const anything = Math.max(asked.get('*/*') ?? 0, asked.get('application/*') ?? 0)
  const ion = asked.get('application/x-amzn-ion') ?? anything
  const json = asked.get('application/json') ?? anything
  if (ion <= 0 && json <= 0) {
    throw invalid('The Accept header must allow application/x-amzn-ion or application/json.')
  }
  return json > ion || (json === ion && asked.has('application/json') && !asked.has('application/x-amzn-ion'))
    ? 'json'
    : 'ion'
}

/** Whether the answer may be compressed. Absent means no: boto3 sends `identity` and undoes nothing. */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false
  return (weights(header).get('gzip') ?? 0) > 0
}
