import type { Announcement } from '../storage/announcements.ts'
import { type ConsoleUrl, costOf, linkOf, titleOf } from './message.ts'
import type { News } from './news.ts'

/** Slack refuses longer ones. */
const mostCharacters = 39_000
const mostListed = 20

/** What incoming webhooks of Slack read, and of what is compatible: Mattermost, Rocket.Chat, Discord's /slack. */
export function slackMessage(news: News, consoleUrl: ConsoleUrl): { readonly text: string } {
  const { isDigest, said } = news
  const lines = isDigest
    ? [
        `*${escaped(titleOf(news))}*`,
        ...said
          .slice(0, mostListed)
          .map((one) => `• ${linked(one, `${one.state}: ${one.title}`, consoleUrl)}`),
        ...(said.length > mostListed ? [`… and ${said.length - mostListed} more`] : []),
      ]
    : [
        `*${linked(said[0]!, titleOf(news), consoleUrl)}*`,
        escaped(said[0]!.text),
        costOf(said[0]!) ?? '',
      ].filter((line) => line !== '')
  return { text: lines.join('\n').slice(0, mostCharacters) }
}

function linked(said: Announcement, text: string, consoleUrl: ConsoleUrl): string {
  const url = linkOf(said, consoleUrl)
  // A bar or a bracket would end the link.
  return url === null ? escaped(text) : `<${url}|${escaped(text).replaceAll('|', '¦')}>`
}

/** Names of functions come from outside: what they say is no markup, and calls nobody. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
