/** What a person says of a group's packages, kept in this browser. */
import { signal } from '@preact/signals'
import type { KindRule } from '../flame-graph/colours.ts'
import { type FrameKind, frameKinds } from '../flame-graph/frame-kind.ts'

const mostRules = 200

export class CodeRules {
  readonly rules
  readonly #key: string

  constructor(group: string) {
    this.#key = `wick.code.${group}`
    this.rules = signal<readonly KindRule[]>(stored(this.#key))
  }

  /** @param kind null: what is guessed */
  say(prefix: string, kind: FrameKind | null): void {
    const others = this.rules.value.filter((rule) => rule.prefix !== prefix)
    this.rules.value = kind === null ? others : [...others, { prefix, kind }].slice(-mostRules)
    try {
      if (this.rules.value.length === 0) localStorage.removeItem(this.#key)
      else localStorage.setItem(this.#key, JSON.stringify(this.rules.value))
    } catch {
      // Storage is off or full: the rules last as long as the page.
    }
  }
}

function stored(key: string): KindRule[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(found) ? found.filter(isRule).slice(-mostRules) : []
  } catch {
    return []
  }
}

function isRule(value: Partial<KindRule> | null): value is KindRule {
  return typeof value?.prefix === 'string' && frameKinds.some((kind) => kind === value.kind)
}
