/** A real mail server on loopback (SMTP with STARTTLS and a login), with a certificate of an authority of its own. */
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { issueServerCertificate, makeAuthority } from '../../identity/certificate-authority.ts'

interface Taken {
  readonly from: string
  readonly to: readonly string[]
  /** User and password. */
  readonly user: string
  readonly isEncrypted: boolean
  readonly text: string
}

export interface MailServer {
  /** `smtp://localhost:PORT` */
  readonly url: string
  /** PEM of whoever signed its certificate. */
  readonly authority: string
  readonly taken: Taken[]
  /** The code that it refuses recipients with; null: it takes them. */
  refuses: number | null
  close(): Promise<void>
}

export async function startMailServer(): Promise<MailServer> {
  const authority = await makeAuthority(Date.now())
  const { certificate, key } = await issueServerCertificate(authority, ['localhost'], Date.now())
  let user = ''
  const server = new SMTPServer({
    cert: certificate,
    key,
    onAuth: ({ username, password }, _, callback) => {
      user = `${username} ${password}`
      callback(null, { user: username })
    },
    onRcptTo: (_, __, callback) => {
      if (mail.refuses === null) return callback()
      callback(Object.assign(new Error('not today'), { responseCode: mail.refuses }))
    },
    onData: (stream, session, callback) => {
      const { mailFrom, rcptTo } = session.envelope
      void text(stream).then((raw) => {
        mail.taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user,
          isEncrypted: session.secure,
          text: raw,
        })
        callback()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as { port: number }
  const mail: MailServer = {
    url: `smtp://localhost:${port}`,
    authority: authority.certificate,
    taken: [],
    refuses: null,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return mail
}
