import { signal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import type { Explorer } from './explorer.ts'

export interface Panels {
  /** Whether one is open, or about to be: what is typed is meant for it. */
  isOpen(): boolean
  openKeySheet(): void
  openPalette(): void
}

const storageKey = 'wick.keys'

/** Whether single letters are shortcuts; some people's tools type them by accident. Kept in this browser. */
export const hasLetterKeys = signal(isStoredOn())

export function chooseLetterKeys(isOn: boolean): void {
  hasLetterKeys.value = isOn
  try {
    if (isOn) localStorage.removeItem(storageKey)
    else localStorage.setItem(storageKey, 'off')
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

function isStoredOn(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

/** Keys that work anywhere on the page; those that walk the tree belong to the flame graph itself. */
export function usePageKeys(explorer: Explorer, { isOpen, openKeySheet, openPalette }: Panels): void {
  // With the page, not after its first picture: nobody's first key may get lost.
  useLayoutEffect(() => {
    const letters: Readonly<Record<string, () => void>> = {
      '/': () => document.getElementById('frame-search')?.focus(),
      n: () => explorer.goToMatch(1),
      N: () => explorer.goToMatch(-1),
      t: () => explorer.show({ shows: explorer.view.value.shows === 'graph' ? 'table' : 'graph' }),
      i: () => explorer.show({ isFlipped: !explorer.view.value.isFlipped }, true),
      o: () => explorer.changeOrder(),
      u: () => explorer.steps.undo(),
      U: () => explorer.steps.redo(),
      '1': () => explorer.showView('overview'),
      '2': () => explorer.showView('hotspots'),
      '3': () => explorer.showView('inspect', explorer.selectedName() ?? ''),
      '0': () => explorer.resetZoom(),
      '?': openKeySheet,
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isOpen()) return
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTypedInto(event.target)) return
      // It closes what is open above the page first.
      if (event.key === 'Escape' && document.querySelector(':popover-open') !== null) return
      const act =
        event.key === 'Escape'
          ? () => explorer.zoomOut()
          : hasLetterKeys.value && Object.hasOwn(letters, event.key)
            ? letters[event.key]
            : undefined
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [explorer])
}

/** A field that is typed into keeps its keys. */
function isTypedInto(target: EventTarget | null): boolean {
  if (target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement) return true
  return target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox'
}
