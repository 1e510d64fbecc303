import { useEffect, useRef } from 'preact/hooks'
import { chooseLetterKeys, hasLetterKeys } from './page-keys.ts'

type Keys = readonly (readonly [readonly string[], string])[]

const groups: readonly { readonly title: string; readonly keys: Keys }[] = [
  {
    title: 'In the graph',
    keys: [
      [['↓', '↑'], 'to the first callee, to the caller'],
      [['←', '→'], 'to the sibling before, after'],
      [['Home', 'End'], 'to the first, last sibling'],
      [['Enter'], 'zoom to the selected frame'],
      [['.'], 'menu of the frame; Shift F10 too'],
      [['f'], 'focus on it'],
      [['h'], 'hide it'],
      [['d'], 'drop its stacks'],
      [['m'], 'merge it into its caller'],
      [['r'], 'collapse its recursion'],
      [['c'], 'collapse its package'],
      [['y', 'Y'], 'copy its name, its stack'],
    ],
  },
  {
    title: 'Anywhere',
    keys: [
      [['1', '2', '3'], 'overview, hotspots, inspect'],
      [['t'], 'graph or table'],
      [['i'], 'root at the bottom or at the top'],
      [['o'], 'heaviest first, or by name'],
      [['Esc'], 'one zoom back'],
      [['0'], 'reset the zoom'],
      [['u', 'U'], 'undo, redo a change'],
      [['/'], 'search'],
      [['n', 'N'], 'next, previous match'],
      [['Ctrl', 'K'], 'all commands'],
      [['?'], 'this sheet'],
    ],
  },
  {
    title: 'With the mouse',
    keys: [
      [['click'], 'zoom to a frame; to one above: back out'],
      [['double click'], 'inspect a frame'],
      [['right click'], 'menu of a frame'],
      [['wheel'], 'scroll'],
      [['Ctrl', 'wheel'], 'zoom at the pointer; pinching does too'],
      [['Shift', 'wheel'], 'move sideways; dragging does too'],
    ],
  },
]

export function KeySheet({ onClose }: { onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current!.showModal()
  }, [])
  return (
    <dialog ref={dialog} class="overlay key-sheet" aria-labelledby="key-sheet-title" onClose={onClose}>
      <h2 id="key-sheet-title">Keys</h2>
      <div class="key-groups">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
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
          </section>
        ))}
      </div>
      <div class="overlay-foot">
        <label class="check">
          <input
            type="checkbox"
            checked={hasLetterKeys.value}
            onChange={(event) => chooseLetterKeys(event.currentTarget.checked)}
          />
          Single letters are shortcuts
        </label>
        <span class="grow" />
        <button type="button" class="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </div>
    </dialog>
  )
}
