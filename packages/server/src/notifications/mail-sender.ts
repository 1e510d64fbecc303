import { readFile } from 'node:fs/promises'
import type { Config } from '../config/settings.ts'
import { StartupError } from '../startup-error.ts'
import type { SendMail } from './mail-message.ts'
import { SendError } from './news.ts'

const timeoutMilliseconds = 10_000

/**
 * Through the mail server of the settings, encrypted in any case. The library is loaded with the first message: most servers
 * never send one.
 *
 * @param authorities PEM; beside those that Node trusts
 * @returns null where the settings name no mail server
 * @throws StartupError where what they say is not whole
 */
export async function mailSender(
  {
    smtpServer,
    smtpFrom,
    smtpCredentialsFile,
  }: Pick<Config, 'smtpServer' | 'smtpFrom' | 'smtpCredentialsFile'>,
  authorities?: readonly string[],
): Promise<SendMail | null> {
  if (smtpServer === null) return null
  if (smtpFrom === null) throw new StartupError('With --smtp-server, --smtp-from must say whom mail is from.')
  const auth = smtpCredentialsFile === null ? null : await credentialsIn(smtpCredentialsFile)
  const { protocol, hostname, port } = new URL(smtpServer)
  const isSecure = protocol === 'smtps:'
  return async (to, { id, subject, text }) => {
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host: hostname,
      port: port === '' ? (isSecure ? 465 : 587) : Number(port),
      secure: isSecure,
      requireTLS: true,
      ...(auth !== null && { auth }),
      tls: { minVersion: 'TLSv1.2', ...(authorities !== undefined && { ca: [...authorities] }) },
      connectionTimeout: timeoutMilliseconds,
      greetingTimeout: timeoutMilliseconds,
      socketTimeout: timeoutMilliseconds,
      // What a message says never names files or addresses to be read.
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    try {
      const domain = smtpFrom.slice(smtpFrom.lastIndexOf('@') + 1)
      await transport.sendMail({ from: smtpFrom, to, subject, text, messageId: `<${id}@${domain}>` })
    } catch (error) {
      const { message, responseCode } = error as Error & { readonly responseCode?: number }
      const isRefused = responseCode === 550 || responseCode === 551 || responseCode === 553
      throw new SendError(message.slice(0, 500), isRefused)
    } finally {
      transport.close()
    }
  }
}

async function credentialsIn(file: string): Promise<{ readonly user: string; readonly pass: string }> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new StartupError(`${file} (--smtp-credentials-file) cannot be read: ${error.message}`)
  })
  const line = text.split('\n', 1)[0]!.trimEnd()
  const colon = line.indexOf(':')
  if (colon < 1)
    throw new StartupError(`${file} (--smtp-credentials-file) must hold USER:PASSWORD in its first line.`)
  return { user: line.slice(0, colon), pass: line.slice(colon + 1) }
}
