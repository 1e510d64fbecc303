import { Buffer } from 'node:buffer'
import { encodeComponent } from '../percent-encoding.ts'
import type { Members, Shape } from './shapes.ts'
import { element, escapeXml } from './xml.ts'

/** Values as the content of an element: members in the order of their shape, absent ones left out. */
export function writeOutput(members: Members, values: object): string {
  let content = ''
  for (const [name, member] of Object.entries(members)) {
    const value = (values as Readonly<Record<string, unknown>>)[name]
    if (value === null || value === undefined) continue
    const shape = member.kind === 'optional' ? member.shape : member
    content += element(name, writeValue(shape, value))
  }
  return content
}

/** The types of outputs are those of their shapes: see `OutputOf`. */
function writeValue(shape: Shape, value: unknown): string {
  switch (shape.kind) {
    case 'structure':
      return writeOutput(shape.members, value as object)
    case 'list':
      return (value as readonly unknown[])
        .map((item) => element('member', writeValue(shape.element, item)))
        .join('')
    case 'map':
      return Object.entries(value as object)
        .map(([key, item]) =>
          element('entry', element('key', escapeXml(key)) + element('value', writeValue(shape.value, item))),
        )
        .join('')
    case 'string':
      return escapeXml(shape.isEncoded ? encodeComponent(value as string) : (value as string))
    case 'integer':
    case 'double':
    case 'boolean':
      return String(value)
    case 'timestamp':
      return `${new Date(value as number).toISOString().slice(0, 19)}Z`
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64')
  }
}
