import type { ComponentChildren } from 'preact'

/** A table from edge to edge of its panel. Where it is wider than a phone it scrolls, by keyboard too. */
export function TableFrame({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard
    <div class="table-frame" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  )
}
