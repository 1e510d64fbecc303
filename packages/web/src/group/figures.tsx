import type { ComponentChildren } from 'preact'

/** Figures side by side, each with what it means. */
export function Figures({ children }: { children: ComponentChildren }) {
  return <dl class="figures">{children}</dl>
}

interface FigureProps {
  readonly label: string
  readonly value: ComponentChildren
  /** One short sentence. */
  readonly about: ComponentChildren
}

export function Figure({ label, value, about }: FigureProps) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="figure-value">{value}</dd>
      <dd class="figure-about">{about}</dd>
    </div>
  )
}
