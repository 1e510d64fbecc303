/** Certificates are loaded for each connection. */
import { createSecureContext, rootCertificates } from 'node:tls'
import { hasProblem, repeat } from './support/load.mjs'

const ca = rootCertificates.slice(0, 30)
const shared = createSecureContext({ ca })

await repeat(() => (hasProblem ? createSecureContext({ ca }) : shared).context !== null)
