import type { Certificate } from '../certificates/certificate.ts'
import { nameText } from '../certificates/name.ts'
import { type Change, put, remove } from '../iam/changes.ts'
import type { SeenCertificate, Subject } from '../iam/roles-anywhere.ts'
import type { Desk } from './administration.ts'
import { allOf } from './entities.ts'

/** More would grow with every renewal and every host that ever was. */
const maxSubjects = 5000
const maxCredentials = 5
const maxNameCharacters = 1024
/** Seen again so soon nothing is written: a session is asked for once an hour, or every minute by mistake. */
const freshMilliseconds = 5 * 60_000

/**
 * Notes who had a session with which certificate.
 *
 * @param id for a subject that was not seen before
 */
export function seen(desk: Desk, certificate: Certificate, id: string): readonly Change[] {
  const { account, region, now } = desk
  const x509Subject = nameText(certificate.subject)
  if (x509Subject.length > maxNameCharacters) return []
  const before = account.subjects.get(`${region}/${x509Subject}`) ?? null
  const serialNumber = certificate.serialNumber.toString()
  const issuer = nameText(certificate.issuer)
  const isThis = (one: SeenCertificate) => one.serialNumber === serialNumber && one.issuer === issuer
  const last = before?.credentials.find(isThis)
  if (last !== undefined && now - last.seenAt < freshMilliseconds) return []

  const credential = { serialNumber, issuer, seenAt: now, certificate: certificate.platform.toString() }
  const others = before?.credentials.filter((one) => !isThis(one)) ?? []
  const made = before ?? { id, region, enabled: true, x509Subject, createdAt: now }
  const subject: Subject = {
    ...made,
    updatedAt: now,
    lastSeenAt: now,
    credentials: [...others, credential].slice(-maxCredentials),
  }
  return [...(before === null ? oldest(desk) : []), put('subject', subject)]
}

/** Makes room for one more. */
function oldest(desk: Desk): readonly Change[] {
  const subjects = allOf(desk, 'subject')
  if (subjects.length < maxSubjects) return []
  const first = subjects.reduce((a, b) => (b.lastSeenAt < a.lastSeenAt ? b : a))
  return [remove('subject', first)]
}
