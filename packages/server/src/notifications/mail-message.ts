import type { Announcement } from '../storage/announcements.ts'
import { type ConsoleUrl, costOf, linkOf, titleOf } from './message.ts'
import { type News, shortId } from './news.ts'

export interface Mail {
  /** The same for the same news: mailboxes show what comes twice once, or can tell. */
  readonly id: string
  readonly subject: string
  /** Plain text. */
  readonly text: string
}

/** @throws SendError */
export type SendMail = (to: string, mail: Mail) => Promise<void>

export function mailMessage(news: News, consoleUrl: ConsoleUrl): Mail {
  const { id, isDigest, said } = news
  return {
    id: shortId(id),
    subject: `[Wick] ${titleOf(news)}`,
    text: said.map((one) => paragraphs(one, isDigest, consoleUrl)).join('\n\n'),
  }
}

function paragraphs(said: Announcement, isTitled: boolean, consoleUrl: ConsoleUrl): string {
  const parts = [
    isTitled ? `${said.state}: ${said.title}` : null,
    said.text,
    costOf(said),
    linkOf(said, consoleUrl),
  ]
  return parts.filter((part) => part !== null && part !== '').join('\n')
}
