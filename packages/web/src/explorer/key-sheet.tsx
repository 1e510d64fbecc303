import { useEffect, useRef } from 'preact/hooks'

const keys: readonly (readonly [readonly string[], string])[] = [
  [['↓', '↑'], 'to the heaviest callee, to the caller'],
  [['←', '→'], 'to the sibling before, after'],
  [['Home', 'End'], 'to the first, last sibling'],
  [['Enter'], 'zoom to the selected frame'],
  [['Esc'], 'one zoom back'],
  [['0'], 'reset the zoom'],
  [['/'], 'search'],
  [['n', 'N'], 'next, previous match'],
  [['t'], 'flame graph or table'],
  [['?'], 'this sheet'],
  [['Ctrl', 'wheel'], 'zoom at the pointer'],
  [['Shift', 'wheel'], 'move sideways; dragging does too'],
]

export function KeySheet({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen && !dialog.current!.open) dialog.current!.showModal()
    if (!isOpen) dialog.current!.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} class="key-sheet" aria-labelledby="key-sheet-title" onClose={onClose}>
      <h2 id="key-sheet-title">Keys</h2>
      <dl>
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  )
}
