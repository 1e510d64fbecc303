import type { AttributeMapping, CertificateField } from '@wick/wire/anywhere'
import type { Certificate } from './certificate.ts'
import { CertificateError } from './der.ts'
import type { Name } from './name.ts'

/** What Roles Anywhere maps unless told otherwise. */
export const defaultMappings: readonly AttributeMapping[] = [
  { certificateField: 'x509Issuer', specifiers: ['*'] },
  { certificateField: 'x509SAN', specifiers: ['DNS', 'URI', 'Name/*'] },
  { certificateField: 'x509Subject', specifiers: ['*'] },
]

const maxTagCharacters = 256
/** A session's, by STS. */
const maxTags = 50

/**
 * Tags of the session that a certificate is exchanged for: `x509Subject/CN`, `x509Issuer/O`, `x509SAN/URI`,
 * `x509SAN/Name/CN`, …: of alternative names the first of its kind, as Roles Anywhere does. An attribute that a name has
 * more than once gives one value, joined with `/`.
 *
 * @throws CertificateError where a value is too long for a tag: cut off it would say something else
 */
export function sessionTags(
  { subject, issuer, alternativeNames }: Certificate,
  mappings: readonly AttributeMapping[],
): Readonly<Record<string, string>> {
  const first = <K extends 'DNS' | 'URI'>(kind: K) =>
    alternativeNames.find((name) => name.kind === kind)?.value
  const directory = alternativeNames.find((name) => name.kind === 'Name')?.value
  const available: Readonly<Record<CertificateField, ReadonlyMap<string, string>>> = {
    x509Subject: attributesOf(subject, ''),
    x509Issuer: attributesOf(issuer, ''),
    x509SAN: new Map<string, string>([
      ...(['DNS', 'URI'] as const).flatMap((kind) => {
        const value = first(kind)
        return typeof value === 'string' ? [[kind, value] as const] : []
      }),
      ...(directory !== undefined && typeof directory !== 'string' ? attributesOf(directory, 'Name/') : []),
    ]),
  }
  const tags: Record<string, string> = {}
  for (const { certificateField, specifiers } of mappings) {
    for (const [specifier, value] of available[certificateField]) {
      if (!specifiers.some((wanted) => isMapped(wanted, specifier))) continue
      if (value.length > maxTagCharacters) {
        throw new CertificateError(
          `${certificateField}/${specifier} is longer than ${maxTagCharacters} characters: it cannot be a tag.`,
        )
      }
      tags[`${certificateField}/${specifier}`] = value
    }
  }
  if (Object.keys(tags).length > maxTags) {
    throw new CertificateError(
      `The certificate has more than ${maxTags} attributes: map those that are needed.`,
    )
  }
  return tags
}

/** `*` is all attributes of a name, `Name/*` all of a directory name. */
function isMapped(wanted: string, specifier: string): boolean {
  return wanted === specifier || (wanted.endsWith('*') && specifier.startsWith(wanted.slice(0, -1)))
}

function attributesOf({ attributes }: Name, prefix: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [type, value] of attributes) {
    const key = prefix + type
    const before = found.get(key)
    found.set(key, before === undefined ? value : `${before}/${value}`)
  }
  return found
}

const maxIdentityCharacters = 64

/** The subject's common name, where it can be a source identity (`[\w+=,.@-]{2,64}`); else null. */
export function sourceIdentity({ subject }: Certificate): string | null {
  const name = subject.attributes.findLast(([type]) => type === 'CN')?.[1] ?? ''
  const fits =
    name.length >= 2 && name.length <= maxIdentityCharacters && [...name].every(isIdentityCharacter)
  return fits ? name : null
}

function isIdentityCharacter(letter: string): boolean {
  return /^[\w+=,.@-]$/.test(letter)
}
