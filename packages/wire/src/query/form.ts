import { QueryError } from './query-errors.ts'

/** `Tags.member.1.Key=team` as a tree: a name's parts lead from node to node, and the last one has the value. */
export interface FormNode {
  /** Null where only its members have values. */
  readonly value: string | null
  readonly members: ReadonlyMap<string, FormNode>
}

interface GrowingNode extends FormNode {
  value: string | null
  readonly members: Map<string, GrowingNode>
}

/** More than any operation can use; a body of a megabyte could hold hundreds of thousands. */
const maxParameters = 4096
const maxNameLength = 256
/** `MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name` has nine. */
const maxDepth = 10

/**
 * Reads a body of `application/x-www-form-urlencoded`, UTF-8. A name that is given twice, or that has both a value and
 * members, could be understood in two ways and is refused.
 *
 * @throws QueryError MalformedQueryString
 */
export function parseForm(body: Uint8Array): FormNode {
  const root = newNode()
  const pairs = decodedText(body).split('&', maxParameters + 1)
  if (pairs.length > maxParameters) throw malformed(`The body holds more than ${maxParameters} parameters.`)
  for (const pair of pairs) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals))
    place(root, name, equals < 0 ? '' : decoded(pair.slice(equals + 1)))
  }
  return root
}

function place(root: GrowingNode, name: string, value: string): void {
  if (name.length > maxNameLength)
    throw malformed(`The name of a parameter is longer than ${maxNameLength} characters.`)
  const parts = name.split('.')
  if (parts.length > maxDepth || parts.includes(''))
    throw malformed('The name of a parameter has no meaning.')
  let node = root
  for (const part of parts) {
    if (node.value !== null) throw malformed('A parameter has a value and members: give one of them.')
    let next = node.members.get(part)
    if (next === undefined) {
      next = newNode()
      node.members.set(part, next)
    }
    node = next
  }
  if (node.value !== null) throw malformed('A parameter is given more than once.')
  if (node.members.size > 0) throw malformed('A parameter has a value and members: give one of them.')
  node.value = value
}

function newNode(): GrowingNode {
  return { value: null, members: new Map() }
}

function decodedText(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw malformed('The body is not UTF-8.')
  }
}

/** In forms a plus is a space. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw malformed('The body holds a percent sign that starts no valid escape.')
  }
}

function malformed(message: string): QueryError {
  return new QueryError('MalformedQueryString', message)
}
