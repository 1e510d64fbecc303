import { Buffer } from 'node:buffer'
import type { QueryOperation } from './operation.ts'
import type { Members, Shape } from './shapes.ts'

/** The body of a success as JSON. @param output a `QueryOutput` of the operation */
export function writeJsonAnswer(operation: QueryOperation, output: object | null): string {
  return JSON.stringify(jsonValues(operation, output))
}

/** The same before it is text, for an answer that says more. */
export function jsonValues(
  { output: members }: QueryOperation,
  output: object | null,
): Readonly<Record<string, unknown>> {
  return members === null ? {} : written(members, output ?? {})
}

function written(members: Members, values: object): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(members)) {
    const value = (values as Readonly<Record<string, unknown>>)[name]
    if (value === null || value === undefined) continue
    result[name] = writtenValue(member.kind === 'optional' ? member.shape : member, value)
  }
  return result
}

/** The types of outputs are those of their shapes: see `OutputOf`. */
function writtenValue(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'structure':
      return written(shape.members, value as object)
    case 'list':
      return (value as readonly unknown[]).map((item) => writtenValue(shape.element, item))
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, writtenValue(shape.value, item)]),
      )
    case 'timestamp':
      return (value as number) / 1000
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
    case 'string':
    case 'integer':
    case 'double':
    case 'boolean':
      return value
  }
}
