import { ApiError } from '@wick/wire'
import { type Certificate, parseCertificate } from '../certificates/certificate.ts'
import { CertificateError } from '../certificates/der.ts'

/** A certificate that somebody shows, and what they sent along to lead from it to an authority. */
export interface Presented {
  readonly certificate: Certificate
  readonly sent: readonly Certificate[]
}

/**
 * Of what was sent along, certificates that cannot be read or are too weak are left out: they prove nothing, and bundles
 * often end in an old root.
 *
 * @throws ApiError AccessDeniedException where the certificate itself is such a one
 */
export function parsePresented(certificate: Buffer, chain: readonly Buffer[]): Presented {
  return {
    certificate: believing(() => parseCertificate(certificate)),
    sent: chain.flatMap((der) => {
      try {
        return [parseCertificate(der)]
      } catch (error) {
        if (error instanceof CertificateError) return []
        throw error
      }
    }),
  }
}

/** What is wrong with a certificate is told to whoever shows it. @throws ApiError AccessDeniedException */
export function believing<T>(judge: () => T): T {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new ApiError('AccessDeniedException', `Untrusted certificate. ${error.message}`)
  }
}
