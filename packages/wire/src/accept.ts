import { invalid } from './errors.ts'

export type ProfileEncoding = 'ion' | 'json'

/** Longer headers are read no further: nobody has that much to choose from. */
const maxHeaderLength = 1024

/** Name → weight from 0 to 1, of a header such as `text/html;q=0.5, *\/*`. A malformed weight counts as 1. */
function weights(header: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const choice of header.slice(0, maxHeaderLength).split(',')) {
    const [name = '', ...parameters] = choice.split(';').map((piece) => piece.trim().toLowerCase())
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
    if (name !== '') found.set(name, weight >= 0 && weight <= 1 ? weight : 1)
  }
  return found
}

/**
 * Which representation of a profile the Accept header asks for: JSON where it is named and Ion is not wanted more,
 * Ion where the choice is left to us (the API's default).
 *
 * @throws ApiError ValidationException where it allows neither
 */
export function acceptedEncoding(header: string | undefined): ProfileEncoding {
  if (header === undefined || header.trim() === '') return 'ion'
  const asked = weights(header)
  const anything = asked.get('application/*') ?? asked.get('*/*') ?? 0
  const namedIon = asked.get('application/x-amzn-ion')
  const namedJson = asked.get('application/json')
  const ion = namedIon ?? anything
  const json = namedJson ?? anything
  if (ion === 0 && json === 0) {
    throw invalid('The Accept header must allow application/x-amzn-ion or application/json.')
  }
  if (json !== ion) return json > ion ? 'json' : 'ion'
  return namedJson !== undefined && namedIon === undefined ? 'json' : 'ion'
}

/** Whether the answer may be compressed: only where gzip is named, because boto3 undoes no compression. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return (weights(acceptEncoding ?? '').get('gzip') ?? 0) > 0
}

/** Pruned trees as bytes, for programs; what does not ask for it by name gets JSON. */
export const treeContentType = 'application/vnd.wick.tree'

export function acceptsTree(accept: string | undefined): boolean {
  return (weights(accept ?? '').get(treeContentType) ?? 0) > 0
}
