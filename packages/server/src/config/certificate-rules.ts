import { parseAnywhereArn } from '@wick/wire/anywhere'
import { suggestion } from './nearest-name.ts'
import type { SettingType } from './setting-types.ts'
import { isObject } from './written-value.ts'

/** Which role the holders of some client certificates have, on connections that they open with them. */
export interface CertificateRule {
  readonly name: string
  /** Patterns with `*` and `?`: of a URI among the alternative names, and of the subject's common name. At least one is given. */
  readonly uri: string | null
  readonly commonName: string | null
  /** ARNs. */
  readonly trustAnchor: string
  readonly profile: string
  readonly role: string
}

/** `{ "orders": { "uri": "spiffe://example.com/orders/*", "trustAnchor": "arn:…", "profile": "arn:…", "role": "arn:…" } }` */
export const certificateRules: SettingType<CertificateRule[]> = {
  placeholder: 'JSON',
  json: 'object',
  read: (text) => Object.entries(parseObject(text)).map(([name, value]) => readRule(name, value)),
}

const example =
  '{"orders":{"uri":"spiffe://example.com/orders/*","trustAnchor":"arn:…","profile":"arn:…","role":"arn:…"}}'
const keys = ['uri', 'commonName', 'trustAnchor', 'profile', 'role'] as const

function parseObject(text: string): object {
  let value: unknown = null
  try {
    value = JSON.parse(text || '{}')
  } catch {}
  if (!isObject(value)) throw new Error(`an object of rules by their names, such as ${example}`)
  return value
}

function readRule(name: string, value: unknown): CertificateRule {
  if (!isObject(value)) throw new Error(`rules that are objects, such as ${example}; '${name}' is none`)
  const unknown = Object.keys(value).find((key) => !keys.some((known) => known === key))
  if (unknown !== undefined)
    throw new Error(
      `made of ${keys.join(', ')}; in '${name}' there is '${unknown}'${suggestion(unknown, keys)}`,
    )
  const given = new Map<string, unknown>(Object.entries(value))
  const text = (key: (typeof keys)[number]): string | null => {
    const found = given.get(key) ?? null
    if (found !== null && (typeof found !== 'string' || found === ''))
      throw new Error(`right in every part; in '${name}', '${key}' must be a string`)
    return found
  }
  const arn = (key: 'trustAnchor' | 'profile' | 'role', isRight: (text: string) => boolean): string => {
    const found = text(key) ?? ''
    if (!isRight(found)) throw new Error(`right in every part; in '${name}', '${key}' must be the ARN of one`)
    return found
  }
  const [uri, commonName] = [text('uri'), text('commonName')]
  if (uri === null && commonName === null)
    throw new Error(`rules that say whose certificates they mean; '${name}' has neither uri nor commonName`)
  return {
    name,
    uri,
    commonName,
    trustAnchor: arn('trustAnchor', (found) => parseAnywhereArn(found)?.kind === 'trust-anchor'),
    profile: arn('profile', (found) => parseAnywhereArn(found)?.kind === 'profile'),
    role: arn('role', (found) => /^arn:aws:iam::\d{12}:role\/./.test(found)),
  }
}
