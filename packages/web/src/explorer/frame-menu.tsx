import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Explorer } from './explorer.ts'
import { type FrameTarget, frameActions } from './frame-actions.ts'
import type { Point } from './tooltip.tsx'

export interface OpenMenu {
  readonly target: FrameTarget
  readonly at: Point
}

/** What can be done with a frame, beside it. */
export function FrameMenu({
  explorer,
  menu,
  onClose,
}: {
  explorer: Explorer
  menu: OpenMenu
  onClose(): void
}) {
  const element = useRef<HTMLDivElement>(null)
  const { target, at } = menu
  const back = useRef<Element | null>(null)
  useLayoutEffect(() => {
    back.current = document.activeElement
    const shown = element.current!
    const { width, height } = shown.getBoundingClientRect()
    shown.style.left = `${Math.max(8, Math.min(at.x, window.innerWidth - width - 8))}px`
    shown.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - height - 8))}px`
    itemsOf(shown)[0]?.focus()
  }, [menu])
  const close = () => {
    onClose()
    if (back.current instanceof HTMLElement) back.current.focus()
  }
  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      // Pressed while the menu goes away, it is not there any more.
      if (element.current?.contains(event.target as Node) === false) onClose()
    }
    addEventListener('pointerdown', onPress, true)
    addEventListener('blur', onClose)
    return () => {
      removeEventListener('pointerdown', onPress, true)
      removeEventListener('blur', onClose)
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    const items = itemsOf(element.current!)
    const here = items.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key]
    if (to !== undefined) items[(to + items.length) % items.length]!.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') close()
    else if (event.key !== 'Enter' && event.key !== ' ') {
      // The key that stands beside an action runs it.
      const action = frameActions(explorer, target)
        .flat()
        .find((one) => one.key === event.key)
      if (action === undefined) return
      close()
      action.run()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const drawing = explorer[target.chart].drawing.value
  return (
    <div ref={element} class="menu" role="menu" aria-label="Frame" onKeyDown={onKeyDown}>
      <p class="menu-head frame-name">
        <bdi>{drawing?.label(target.box)}</bdi>
      </p>
      {frameActions(explorer, target).map((group) => (
        <div role="group" key={group[0]!.label}>
          {group.map(({ label, about, key, run }) => (
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              key={label}
              {...(about !== undefined && { title: about })}
              onClick={() => {
                close()
                run()
              }}
            >
              <span>{label}</span>
              {key !== undefined && <kbd>{key}</kbd>}
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')]
}
