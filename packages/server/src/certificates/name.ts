import {
  constructed,
  type Element,
  elements,
  isPrintable,
  malformed,
  oidOf,
  parts,
  primitive,
  tags,
  textOf,
} from './der.ts'

/** A distinguished name. */
export interface Name {
  /** As it is encoded: two names are the same if this is. */
  readonly der: Buffer
  /** Type and value in the order of the certificate: `CN`, `O`, …, or the number of a type that has no name here. */
  readonly attributes: readonly (readonly [type: string, value: string])[]
}

/** The types of RFC 4519 and those that authorities use beside them. */
const types: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

/** @throws CertificateError */
export function parseName(element: Element | undefined): Name {
  const attributes = parts(element, tags.sequence).flatMap((set) =>
    parts(set, tags.set).map((attribute) => {
      const [type, value, ...more] = parts(attribute, tags.sequence)
      if (value === undefined || more.length > 0) throw malformed()
      const oid = oidOf(type)
      return [types[oid] ?? oid, textOf(value)] as const
    }),
  )
  return { der: element!.whole, attributes }
}

/** `CN=orders-1,O=Example`: the last part first, as RFC 4514 writes it. */
export function nameText({ attributes }: Name): string {
  return attributes
    .toReversed()
    .map(([type, value]) => `${type}=${escaped(value)}`)
    .join(',')
}

/** RFC 4514 2.4: so that no value reads as two attributes. */
function escaped(value: string): string {
  let text = ''
  for (const [i, letter] of [...value].entries()) {
    const isSpecial = '"+,;<>\\'.includes(letter) || (i === 0 && ' #'.includes(letter))
    text += isSpecial ? `\\${letter}` : letter
  }
  return text.endsWith(' ') && !text.endsWith('\\ ') ? `${text.slice(0, -1)}\\ ` : text
}

/** One entry of a subject alternative name; kinds that nothing here reads are left out. */
export type AlternativeName =
  | { readonly kind: 'DNS' | 'URI'; readonly value: string }
  | { readonly kind: 'Name'; readonly value: Name }

const directoryName = 4

/** @param extension value of the extension @throws CertificateError */
export function parseAlternativeNames(extension: Element): AlternativeName[] {
  return parts(extension, tags.sequence).flatMap((entry): AlternativeName[] => {
    if (entry.tag === primitive(2)) return [{ kind: 'DNS', value: asciiOf(entry) }]
    if (entry.tag === primitive(6)) return [{ kind: 'URI', value: asciiOf(entry) }]
    if (entry.tag !== constructed(directoryName)) return []
    const [name] = elements(entry.content)
    return [{ kind: 'Name', value: parseName(name) }]
  })
}

function asciiOf({ content }: Element): string {
  const text = content.toString('latin1')
  if (text === '' || content.some((byte) => byte >= 0x80) || !isPrintable(text)) throw malformed()
  return text
}
