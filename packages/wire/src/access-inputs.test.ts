import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ExplainAccessInput, parseExplainAccess } from './access-inputs.ts'
import { parseQuery } from './request-parts.ts'
import { refuses } from './testing/refuses.ts'

const least = { principalArn: 'arn:aws:iam::000000000000:user/ann', action: 'a:B' }

function parse(json: unknown): ExplainAccessInput {
  const body = Buffer.from(JSON.stringify(json))
  return parseExplainAccess({ labels: {}, query: parseQuery(''), header: () => undefined, body })
}

test('who, what and on what, with what is known of the call', () => {
  assert.deepEqual({ ...parse(least), context: null }, { ...least, resource: '*', context: null })
  const whole = {
    ...least,
    resource: 'arn:aws:s3:::x',
    context: { 'aws:SourceIp': '10.0.0.1', __proto__x: '' },
  }
  assert.deepEqual({ ...parse(whole), context: { ...parse(whole).context } }, whole)
})

test('what is missing, of another type or too long is refused', () => {
  refuses('ValidationException', () => parse({ action: 'a:B' }), /principalArn/)
  refuses('ValidationException', () => parse({ ...least, action: '' }), /action/)
  refuses('ValidationException', () => parse({ ...least, resource: 'x'.repeat(2049) }), /resource/)
  refuses('SerializationException', () => parse({ ...least, context: { a: 1 } }), /context/)
  refuses('SerializationException', () => parse({ ...least, context: [] }), /context/)
  const keys = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, '']))
  refuses('ValidationException', () => parse({ ...least, context: keys }), /50 keys/)
  refuses('ValidationException', () => parse({ ...least, context: { a: 'x'.repeat(1025) } }), /context.value/)
})
