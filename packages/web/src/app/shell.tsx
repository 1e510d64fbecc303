import type { ComponentChildren } from 'preact'
import { followLink } from './location.ts'
import { Mark } from './mark.tsx'
import { accessHref, accountHref, auditHref, home, type Route } from './routes.ts'
import { leave, session } from './session.ts'
import { chooseTheme, type ThemeChoice, themeChoice } from './theme.ts'

/** The frame around every page: skip link, bar, main. */
export function Shell({ route, children }: { route: Route; children: ComponentChildren }) {
  const { value } = session
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <header class="bar">
        <a class="brand" href={home} aria-label="Wick" onClick={followLink}>
          <Mark size={20} />
          <span class="brand-name">Wick</span>
        </a>
        {value.kind === 'signed-in' && <Navigation route={route} />}
        <span class="grow" />
        <ThemeToggle />
        {value.kind === 'signed-in' && (
          <>
            <a class="whoami" href={accountHref} onClick={followLink} title={value.answer.user.arn}>
              {value.answer.user.name} <span class="quiet">{value.answer.region}</span>
            </a>
            <button type="button" class="button plain" onClick={() => void leave()}>
              Sign out
            </button>
          </>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

const places: readonly {
  readonly label: string
  readonly href: string
  readonly pages: readonly string[]
}[] = [
  { label: 'Groups', href: home, pages: ['groups', 'group'] },
  { label: 'Access', href: accessHref('users'), pages: ['access'] },
  { label: 'Audit', href: auditHref, pages: ['audit'] },
]

function Navigation({ route }: { route: Route }) {
  return (
    <nav class="places" aria-label="Main">
      {places.map(({ label, href, pages }) => (
        <a
          key={href}
          href={href}
          aria-current={pages.includes(route.page) ? 'page' : undefined}
          onClick={followLink}
        >
          {label}
        </a>
      ))}
    </nav>
  )
}

/** By focus, not by fragment: the fragment belongs to the view. */
function skipToMain(event: Event): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

const themes: readonly { choice: ThemeChoice; label: string; path: string }[] = [
  { choice: 'system', label: 'Theme of the system', path: 'M2 3h12v8H2zM5.5 13.500h5' },
  {
    choice: 'light',
    label: 'Light theme',
    path: 'M8 5.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600M8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1',
  },
  { choice: 'dark', label: 'Dark theme', path: 'M13.500 9.500A6 6 0 0 1 6.500 2.500a6 6 0 1 0 7 7z' },
]

/** One button that goes round: system, light, dark. */
function ThemeToggle() {
  const index = themes.findIndex((theme) => theme.choice === themeChoice.value)
  const { label, path } = themes[index]!
  const next = themes[(index + 1) % themes.length]!
  const words = `${label}. Change to: ${next.label.toLowerCase()}`
  return (
    <button
      type="button"
      class="button icon"
      aria-label={words}
      title={words}
      onClick={() => chooseTheme(next.choice)}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path class="stroke" d={path} />
      </svg>
    </button>
  )
}
