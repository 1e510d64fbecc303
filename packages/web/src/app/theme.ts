/** Light or dark: as the system says, unless the person chose. public/theme.js applies the choice before first paint. */
import { computed, signal } from '@preact/signals'

export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'wick.theme'
const darkSystem = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = signal(darkSystem.matches)
darkSystem.addEventListener('change', (event) => {
  systemIsDark.value = event.matches
})

export const themeChoice = signal<ThemeChoice>(storedChoice())

export const theme = computed<'light' | 'dark'>(() => {
  if (themeChoice.value !== 'system') return themeChoice.value
  return systemIsDark.value ? 'dark' : 'light'
})

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
  try {
    if (choice === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

function storedChoice(): ThemeChoice {
  const { theme: stored } = document.documentElement.dataset
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
