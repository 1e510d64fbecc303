import { signal } from '@preact/signals'

/** The time, moving on every ten seconds while the page is visible: for "2 min ago". */
export const now = signal(Date.now())

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now()
}, 10_000)
