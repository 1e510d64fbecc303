import { visibleText } from '@wick/wire/visible-text'

const prefix = 'receiver:'
/** Of five at most, that is enough to tell one from another. */
const idLength = 8

/** Who is told, in short: the ARN of a topic, or `receiver 848db809`. */
export function shownTarget(target: string): string {
  return target.startsWith(prefix) ? shownReceiver(target.slice(prefix.length)) : visibleText(target)
}

export function shownReceiver(id: string): string {
  return `receiver ${id.slice(0, idLength)}`
}
