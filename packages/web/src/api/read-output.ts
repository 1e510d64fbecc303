import type { Members, Shape } from '@wick/wire/query'

/** What an element of an answer holds, as its shape says: `writeOutput` of the server the other way round. */
export function readOutput(members: Members, parent: Element | null): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const child of parent?.children ?? []) {
    const member = Object.hasOwn(members, child.localName) ? members[child.localName] : undefined
    // Members that a later server knows are no matter here.
    if (member === undefined) continue
    values[child.localName] = readValue(member.kind === 'optional' ? member.shape : member, child)
  }
  return values
}

function readValue(shape: Shape, element: Element): unknown {
  const text = element.textContent ?? ''
  switch (shape.kind) {
    case 'structure':
      return readOutput(shape.members, element)
    case 'list':
      return Array.from(element.children, (item) => readValue(shape.element, item))
    case 'map':
      return Object.fromEntries(
        Array.from(element.children, ({ children: [key, value] }) => [
          key?.textContent ?? '',
          value === undefined ? null : readValue(shape.value, value),
        ]),
      )
    case 'string':
      return shape.isEncoded ? decodeURIComponent(text) : text
    case 'integer':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'timestamp':
      return Date.parse(text)
    case 'blob':
      return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  }
}
