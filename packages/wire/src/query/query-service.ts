import { type FormNode, parseForm } from './form.ts'
import type { QueryOperation } from './operation.ts'
import { QueryError } from './query-errors.ts'
import { readInput } from './read-input.ts'
import type { InputOf, Members, OutputOf } from './shapes.ts'
import { writeOutput } from './write-output.ts'
import { element, escapeXml } from './xml.ts'

/** A service that speaks AWS's query protocol: `POST /` with a form, answered in XML. */
export interface QueryService<T extends Readonly<Record<string, QueryOperation>>> {
  readonly version: string
  readonly namespace: string
  readonly operations: T
}

/** A request before its operation understands it. */
export interface QueryRequest<T> {
  readonly action: keyof T & string
  readonly form: FormNode
}

/**
 * Which operation a body asks for.
 *
 * @throws QueryError MalformedQueryString, MissingAction, InvalidAction
 */
export function parseQueryRequest<T extends Readonly<Record<string, QueryOperation>>>(
  { version, operations }: QueryService<T>,
  body: Uint8Array,
): QueryRequest<T> {
  const form = parseForm(body)
  const action = form.members.get('Action')?.value
  if (action === undefined || action === null || action === '')
    throw new QueryError('MissingAction', 'The request must contain the parameter Action.')
  const asked = form.members.get('Version')?.value
  if (asked !== version || !Object.hasOwn(operations, action)) {
    throw new QueryError(
      'InvalidAction',
      `Could not find operation ${printable(action)} for version ${printable(asked ?? 'NO_VERSION_SPECIFIED')}`,
    )
  }
  return { action, form }
}

/** What an operation reads. */
export type QueryInput<O extends QueryOperation> = InputOf<O['input']>

/** What an operation answers: null where it gives nothing. */
export type QueryOutput<O extends QueryOperation> = O['output'] extends Members ? OutputOf<O['output']> : null

/** @throws QueryError ValidationError */
export function readQueryInput<O extends QueryOperation>({ input }: O, form: FormNode): QueryInput<O> {
  return readInput<O['input']>(input, form)
}

/**
 * The body of a success.
 *
 * @param output a `QueryOutput` of the operation: whoever calls has it from a handler of that type
 */
export function writeQueryAnswer(
  { namespace, operations }: QueryService<Readonly<Record<string, QueryOperation>>>,
  action: string,
  output: object | null,
  requestId: string,
): string {
  const members = operations[action]!.output
  const result = members === null ? '' : element(`${action}Result`, writeOutput(members, output ?? {}))
  const metadata = element('ResponseMetadata', element('RequestId', escapeXml(requestId)))
  return `<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>\n`
}

/** The body of an error. */
export function writeQueryError(
  { namespace }: { readonly namespace: string },
  { code, status, message }: QueryError,
  requestId: string,
): string {
  const error =
    element('Type', status < 500 ? 'Sender' : 'Receiver') +
    element('Code', code) +
    element('Message', escapeXml(message))
  return `<ErrorResponse xmlns="${namespace}">${element('Error', error)}${element('RequestId', escapeXml(requestId))}</ErrorResponse>\n`
}

/** A foreign name in a message: short, whatever it is. */
function printable(text: string): string {
  return text.slice(0, 128)
}
