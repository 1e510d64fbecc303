import { visibleText } from '@wick/wire/visible-text'

/** Text of a pattern: what stands between backticks is code. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {visibleText(text)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? <code key={`${i} ${part}`}>{part}</code> : part))}
    </>
  )
}
