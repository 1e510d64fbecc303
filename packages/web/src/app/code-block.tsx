import { useSignal } from '@preact/signals'
import { announce } from './announce.tsx'

/** A command to copy. `label` says what it does, for the button's name. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const isCopied = useSignal(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
    } catch {
      // Without a secure context there is no clipboard: the text can still be selected.
      return announce('Copying is not allowed here: select the text instead.')
    }
    isCopied.value = true
    announce('Copied.')
    setTimeout(() => {
      isCopied.value = false
    }, 2000)
  }
  return (
    <div class="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which needs the keyboard too */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{code}</code>
      </pre>
      <button type="button" class="button small" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
        {isCopied.value ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
