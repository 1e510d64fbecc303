/** What a screen reader is told without moving the focus: search results, new data. */
import { signal } from '@preact/signals'

const announcement = signal('')

export function announce(text: string): void {
  announcement.value = text
}

export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {announcement}
    </div>
  )
}
