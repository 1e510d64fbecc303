import { ApiError } from '../errors.ts'
import { type CborObject, CborWriter, decodeCbor } from './cbor.ts'
import { readValues } from './json-input.ts'
import type { QueryOperation } from './operation.ts'
import type { QueryInput } from './query-service.ts'
import type { Members, Shape } from './shapes.ts'

/**
 * The same input as a form has, from CBOR. What the operation does not know is ignored.
 *
 * @throws QueryError ValidationError; ApiError SerializationException where it is no CBOR map
 */
export function readCborInput<O extends QueryOperation>({ input }: O, body: Uint8Array): QueryInput<O> {
  // Without input some clients send nothing.
  const value = body.length === 0 ? {} : decodeCbor(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new ApiError('SerializationException', 'The body must be a CBOR map.')
  return readValues(input, value as CborObject) as QueryInput<O>
}

/** The body of a success. @param output a `QueryOutput` of the operation */
export function writeCborAnswer({ output: members }: QueryOperation, output: object | null): Uint8Array {
  const writer = new CborWriter()
  writeMembers(writer, members ?? {}, output ?? {})
  return writer.finish()
}

/** The body of an error. */
export function writeCborError(type: string, message: string): Uint8Array {
  const writer = new CborWriter()
  writer.head('map', 2)
  for (const text of ['__type', type, 'message', message]) writer.text(text)
  return writer.finish()
}

function writeMembers(writer: CborWriter, members: Members, values: object): void {
  const present = Object.entries(members).flatMap(([name, member]) => {
    const value = (values as Readonly<Record<string, unknown>>)[name]
    const shape = member.kind === 'optional' ? member.shape : member
    return value === null || value === undefined ? [] : [{ name, shape, value }]
  })
  writer.head('map', present.length)
  for (const { name, shape, value } of present) {
    writer.text(name)
    writeValue(writer, shape, value)
  }
}

/** The types of outputs are those of their shapes: see `OutputOf`. */
function writeValue(writer: CborWriter, shape: Shape, value: unknown): void {
  switch (shape.kind) {
    case 'structure':
      writeMembers(writer, shape.members, value as object)
      break
    case 'list': {
      const items = value as readonly unknown[]
      writer.head('array', items.length)
      for (const item of items) writeValue(writer, shape.element, item)
      break
    }
    case 'map': {
      const entries = Object.entries(value as object)
      writer.head('map', entries.length)
      for (const [key, item] of entries) {
        writer.text(key)
        writeValue(writer, shape.value, item)
      }
      break
    }
    case 'string':
      writer.text(value as string)
      break
    case 'integer':
      writer.integer(value as number)
      break
    case 'double':
      writer.double(value as number)
      break
    case 'boolean':
      writer.boolean(value as boolean)
      break
    case 'timestamp':
      writer.instant((value as number) / 1000)
      break
    case 'blob':
      writer.bytes(value as Uint8Array)
      break
  }
}
