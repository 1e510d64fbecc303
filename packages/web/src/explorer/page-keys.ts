import { useLayoutEffect } from 'preact/hooks'
import type { Explorer } from './explorer.ts'

/** Keys that work anywhere on the page; those that walk the tree belong to the flame graph itself. */
export function usePageKeys(explorer: Explorer, openKeySheet: () => void): void {
  // With the page, not after its first picture: nobody's first key may get lost.
  useLayoutEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      '/': () => document.getElementById('frame-search')?.focus(),
      n: () => explorer.goToMatch(1),
      N: () => explorer.goToMatch(-1),
      t: () => explorer.show({ shows: explorer.view.value.shows === 'graph' ? 'table' : 'graph' }),
      '0': () => explorer.resetZoom(),
      Escape: () => explorer.zoomOut(),
      '?': openKeySheet,
    }
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTakenByPage(event.target)) return
      const act = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [explorer])
}

/** A field that is typed into, or an open dialog, keeps its keys. */
function isTakenByPage(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('dialog') !== null) return true
  return target instanceof HTMLInputElement && target.type !== 'radio'
}
