/** The address bar as a signal: pages are a function of it, and changing it is how anything changes. */
import { signal } from '@preact/signals'

export const location = signal(new URL(window.location.href))

/** Taken out of the address (and so out of the history) before anything else runs: a ticket must not stay there. */
export const ticketFromAddress = takeTicket()

addEventListener('popstate', () => {
  location.value = new URL(window.location.href)
})

/** @param href absolute path with query and fragment, or only these @param replace leaves no step to go back to */
export function navigate(href: string, { replace = false } = {}): void {
  const target = new URL(href, window.location.href)
  if (target.href === location.value.href) return
  if (replace) history.replaceState(null, '', target)
  else history.pushState(null, '', target)
  location.value = target
}

/** For onClick of a link: stays in the page unless the person wants a new tab or window. */
export function followLink(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  navigate(link.href)
}

function takeTicket(): string | null {
  const url = location.value
  if (!url.pathname.startsWith('/console/sign-in') || url.hash.length < 2) return null
  const ticket = url.hash.slice(1)
  const clean = new URL(url)
  clean.hash = ''
  history.replaceState(null, '', clean)
  location.value = clean
  return ticket
}
