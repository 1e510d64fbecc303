/** The field names of the posted shape that both readers know. */
export type SchemaField = 'start' | 'end' | 'callgraph' | 'counts' | 'file' | 'line' | 'children'

/** One bit per field, to notice a repeated one; `ofNode` covers those of a node, the others belong to the top. */
export const fieldBit = {
  counts: 1,
  file: 2,
  line: 4,
  children: 8,
  ofNode: 15,
  start: 16,
  end: 32,
  callgraph: 64,
} as const

const fields: readonly SchemaField[] = ['counts', 'file', 'line', 'children', 'start', 'end', 'callgraph']

/** Which field bytes[from … to) names; null for a name the schema does not know. */
export function schemaField(bytes: Uint8Array, from: number, to: number): SchemaField | null {
  for (const field of fields) if (isAscii(bytes, from, to, field)) return field
  return null
}

function isAscii(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false
  return true
}

/** The field of a bit, for messages. */
export function nameOfBit(bit: number): string {
  return fields.find((field) => fieldBit[field] === bit) ?? ''
}
