import { useComputed, useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { useEffect, useRef } from 'preact/hooks'
import { type FrameKind, frameKinds } from '../flame-graph/frame-kind.ts'
import { formatPercent } from '../format/numbers.ts'
import type { PackageShare } from '../worker/messages.ts'
import type { Explorer } from './explorer.ts'

const words: Readonly<Record<FrameKind, string>> = {
  mine: 'my code',
  dependency: 'dependency',
  runtime: 'runtime',
}

const mostShown = 200

/** Whose code each package is, and the way to say otherwise. */
export function CodeSheet({ explorer, onClose }: { explorer: Explorer; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const packages = useSignal<readonly PackageShare[] | null>(null)
  const filter = useSignal('')
  const rules = explorer.rules.rules.value
  useEffect(() => {
    dialog.current!.showModal()
  }, [])
  useEffect(() => {
    let isOld = false
    void explorer.packages().then((found) => {
      if (!isOld) packages.value = found
    })
    return () => {
      isOld = true
    }
  }, [rules])
  const shown = useComputed(() => {
    const wanted = filter.value.trim().toLowerCase()
    return (packages.value ?? [])
      .filter(({ prefix }) => prefix.toLowerCase().includes(wanted))
      .slice(0, mostShown)
  })
  return (
    <dialog ref={dialog} class="overlay code-sheet" aria-labelledby="code-sheet-title" onClose={onClose}>
      <h2 id="code-sheet-title">Whose code is it?</h2>
      <p class="quiet">
        Colours rest on a first guess from names and files. What you say here is kept in this browser, for
        this group.
      </p>
      <input
        class="field"
        type="search"
        placeholder="Filter packages"
        aria-label="Filter packages"
        value={filter.value}
        onInput={(event) => {
          filter.value = event.currentTarget.value
        }}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard */}
      <div class="overlay-scroll" tabIndex={0} role="region" aria-label="Packages">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Package</th>
              <th scope="col" class="number">
                Self time
              </th>
              <th scope="col">It is</th>
            </tr>
          </thead>
          <tbody>
            {shown.value.map(({ prefix, share, kind }) => {
              const isSaid = rules.some((rule) => rule.prefix === prefix)
              const name = visibleText(prefix)
              return (
                <tr key={prefix}>
                  <th scope="row">
                    <i class={`swatch ${kind}`} /> <bdi class="frame-name">{name}</bdi>
                  </th>
                  <td class="number">{formatPercent(share)}</td>
                  <td>
                    <select
                      class="field"
                      aria-label={`${name} is`}
                      value={isSaid ? kind : 'guess'}
                      onChange={(event) => {
                        const said = event.currentTarget.value
                        explorer.rules.say(prefix, said === 'guess' ? null : (said as FrameKind))
                      }}
                    >
                      <option value="guess">{isSaid ? 'as guessed' : `guessed: ${words[kind]}`}</option>
                      {frameKinds.map((one) => (
                        <option key={one} value={one}>
                          {words[one]}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
        {packages.value?.length === 0 && <p class="table-empty">The names here tell no packages.</p>}
      </div>
      <div class="overlay-foot">
        <span class="grow" />
        <button type="button" class="button" onClick={() => dialog.current!.close()}>
          Close
        </button>
      </div>
    </dialog>
  )
}
