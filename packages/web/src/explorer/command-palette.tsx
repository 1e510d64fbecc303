import { useComputed, useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { useEffect, useRef } from 'preact/hooks'
import { allCommands, type Command } from './commands.ts'
import type { Explorer } from './explorer.ts'
import type { PanelName } from './explorer-page.tsx'

const mostFunctions = 20

interface CommandPaletteProps {
  readonly explorer: Explorer
  open(panel: PanelName): () => void
  onClose(): void
}

/** Every command and every function, by a few letters of its name. */
export function CommandPalette({ explorer, open, onClose }: CommandPaletteProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const text = useSignal('')
  const active = useSignal(0)
  const names = useSignal<readonly string[]>([])
  useEffect(() => {
    dialog.current!.showModal()
    void heaviestNames(explorer).then((found) => {
      names.value = found
    })
  }, [])
  const commands = useComputed((): readonly Command[] => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean)
    const fits = (label: string) => words.every((word) => label.toLowerCase().includes(word))
    const found: Command[] = allCommands(explorer, open).filter(({ label }) => fits(label))
    if (words.length === 0) return found
    const functions = names.value.filter(fits).slice(0, mostFunctions)
    return [
      ...found,
      ...functions.map((name) => ({
        label: `Inspect ${visibleText(name)}`,
        run: () => explorer.inspect(name),
      })),
    ]
  })
  const run = (command: Command | undefined) => {
    if (command === undefined) return
    // What it opens gets the focus, not what this gives it back to.
    dialog.current!.close()
    command.run()
  }
  const list = commands.value
  const at = Math.min(active.value, list.length - 1)
  useEffect(() => {
    document.getElementById(`command-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at])
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key]
    if (event.key === 'Enter') run(list[at])
    else if (to !== undefined && list.length > 0) active.value = (to + list.length) % list.length
    else return
    event.preventDefault()
  }
  return (
    <dialog ref={dialog} class="overlay palette" aria-label="Commands" onClose={onClose}>
      <input
        class="field"
        type="text"
        role="combobox"
        aria-label="Command or function"
        aria-expanded="true"
        aria-controls="commands"
        {...(list.length > 0 && { 'aria-activedescendant': `command-${at}` })}
        placeholder="Command or function"
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
          active.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <div class="commands" id="commands" role="listbox" aria-label="Commands">
        {list.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={command.label}
            id={`command-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => {
              active.value = index
            }}
            onClick={() => run(command)}
          >
            <bdi>{command.label}</bdi>
            {command.key !== undefined && <kbd>{command.key}</kbd>}
          </div>
        ))}
      </div>
      {list.length === 0 && <p class="quiet">Nothing is called like this.</p>}
    </dialog>
  )
}

/** All functions of the picture, heaviest first. */
async function heaviestNames(explorer: Explorer): Promise<string[]> {
  const profile = explorer.profile.value
  if (profile === null) return []
  const { name, total } = await explorer.functions()
  return [...name.keys()].sort((a, b) => total[b]! - total[a]!).map((row) => profile.nameOf(name[row]!))
}
