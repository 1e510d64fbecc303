import { createHash } from 'node:crypto'
import { parseQuery } from '@wick/wire'
import { parseCreateSession } from '@wick/wire/anywhere'
import {
  parseCertificateAuthorization,
  type ScopeRules,
  verifyCertificate,
  verifyScope,
} from '@wick/wire/sigv4'
import { createSession } from '../operations/create-session.ts'
import { parsePresented } from '../roles-anywhere/presented.ts'
import { refuseAmbiguousHead, refuseAmbiguousQuery } from './ambiguity.ts'
import type { Answer } from './answer.ts'
import { type Exchange, header } from './exchange.ts'
import type { PublicServices } from './public-routes.ts'
import { requestFacts } from './request-facts.ts'

/**
 * Roles Anywhere's CreateSession: signed with the key of a certificate that comes along. That is proven first, the body
 * is read for nobody else; whether the certificate is to be believed is the operation's question.
 *
 * @throws ApiError
 */
export async function answerCreateSession(
  { services, guardrails, readSmallBody }: PublicServices,
  exchange: Exchange,
): Promise<Answer> {
  refuseAmbiguousHead(exchange)
  const { config, now } = services
  const { method, rawTarget, rawQuery, request } = exchange
  const parsed = parseCertificateAuthorization({ method, rawTarget, rawHeaders: request.rawHeaders })
  const rules: ScopeRules = {
    regions: [config.region, ...config.regions],
    service: 'rolesanywhere',
    now: now(),
    skewMilliseconds: config.clockSkewSeconds * 1000,
  }
  verifyScope(parsed, rules)
  const presented = parsePresented(parsed.certificate, parsed.chain)
  const { publicKey, serialNumber } = presented.certificate
  const body = await readSmallBody(exchange)
  verifyCertificate(parsed, {
    ...rules,
    bodySha256Hex: createHash('sha256').update(body).digest('hex'),
    certificate: { publicKey, serialNumber: serialNumber.toString() },
  })
  const query = parseQuery(rawQuery)
  refuseAmbiguousQuery(query)
  const input = parseCreateSession({
    labels: {},
    query,
    header: (name) => header(exchange, name),
    body,
  })
  const output = await createSession(
    { services, region: parsed.scope.region, request: requestFacts(exchange), guardrails, presented },
    input,
  )
  const { profileArn, roleArn, trustAnchorArn } = input
  return {
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(output),
    audited: {
      kind: 'credentials',
      source: 'rolesanywhere.amazonaws.com',
      name: `certificate ${serialNumber}`,
      resources: [roleArn, profileArn, trustAnchorArn],
    },
  }
}
