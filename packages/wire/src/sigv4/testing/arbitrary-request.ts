import fc from 'fast-check'
import type { PlainRequest } from './independent-signers.ts'

/** Requests as clients send them, and stranger ones that are still HTTP. */

const unreserved = 'abcxyzABCXYZ0189-._~'
const pathPieces = [
  ...unreserved,
  ...":@!$&'()*+,;=",
  '%2F',
  '%2f',
  '%3A',
  '%25',
  '%2E%2E',
  '%20',
  '%00',
  '%E1%88%B4',
  '%',
  'profilingGroups',
  'tags',
]
const segment = fc
  .array(fc.constantFrom(...pathPieces), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text !== '.' && text !== '..')

/** Nothing in it that the canonical path leaves out. */
const path = fc
  .tuple(fc.array(segment, { maxLength: 5 }), fc.boolean())
  .map(([segments, isFolder]) => `/${segments.join('/')}${isFolder && segments.length > 0 ? '/' : ''}`)

/** aws4 drops parameters without a name; both signers lose `__proto__`, and we refuse presigned names. */
const parameterName = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...unreserved, ...' +&=?/%;:'), fc.constantFrom('é', 'ሴ', '😀')),
    minLength: 1,
    maxLength: 6,
  })
  .filter((name) => name !== '__proto__')
const parameterValue = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...unreserved, ...' +&=?/%;:@!$\'()*,#"<>\\^`{|}'),
    fc.constantFrom('é', 'ሴ', '😀', '\0', '\n'),
  ),
  maxLength: 8,
})
const query = fc.array(fc.tuple(parameterName, parameterValue), { maxLength: 5 })

/** Words with odd blanks between and around them. */
const headerValue = fc.string({ unit: fc.constantFrom(...'abcXYZ019-/;=.,:"  \t'), maxLength: 16 })
const headerName = fc.constantFrom(
  'accept',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'content-encoding',
  'my-header',
  'x-amz-meta',
  'x-amz-user-agent',
  'x-custom',
  // Left unsigned by one signer or the other.
  'cache-control',
  'range',
  'user-agent',
  'x-amzn-trace-id',
)
/** Never empty: aws4 would add a second one. */
const contentType = fc.constantFrom(
  'application/json',
  'application/x-amzn-ion',
  'text/plain;  charset="utf-8" ',
)
const headers = fc
  .tuple(
    fc.constantFrom('wick.example', 'wick.example:8443', 'localhost:1', '[::1]:8443'),
    fc.option(contentType),
    fc.dictionary(headerName, headerValue, { maxKeys: 6, noNullPrototype: true }),
  )
  .map(([host, type, others]) => ({ host, ...(type !== null && { 'content-type': type }), ...others }))

const body = fc
  .oneof(fc.constant(new Uint8Array()), fc.uint8Array({ minLength: 1, maxLength: 64 }))
  .map((bytes) => Buffer.from(bytes))

export const plainRequest: fc.Arbitrary<PlainRequest> = fc.record(
  { method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), path, query, headers, body },
  { noNullPrototype: true },
)
