import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Step } from '../call-shape/steps.ts'

type Steps = readonly Step[]

/** What was done to a picture, and the way back. The URL holds the steps; this remembers the ones before. */
export class StepHistory {
  readonly steps: ReadonlySignal<Steps>
  readonly #show: (steps: Steps) => void
  readonly #past = signal<readonly Steps[]>([])
  readonly #future = signal<readonly Steps[]>([])

  constructor(steps: ReadonlySignal<Steps>, show: (steps: Steps) => void) {
    this.steps = steps
    this.#show = show
  }

  /** A link that came with steps can be undone, too: from its last one on. */
  readonly canUndo = computed(() => this.#past.value.length > 0 || this.steps.value.length > 0)
  readonly canRedo = computed(() => this.#future.value.length > 0)

  add(step: Step): void {
    this.#change([...this.steps.value, step])
  }

  remove(index: number): void {
    this.#change(this.steps.value.filter((_, at) => at !== index))
  }

  clear(): void {
    if (this.steps.value.length > 0) this.#change([])
  }

  undo(): void {
    if (!this.canUndo.value) return
    const before = this.#past.value.at(-1) ?? this.steps.value.slice(0, -1)
    this.#past.value = this.#past.value.slice(0, -1)
    this.#future.value = [...this.#future.value, this.steps.value]
    this.#show(before)
  }

  redo(): void {
    const after = this.#future.value.at(-1)
    if (after === undefined) return
    this.#future.value = this.#future.value.slice(0, -1)
    this.#past.value = [...this.#past.value, this.steps.value]
    this.#show(after)
  }

  #change(steps: Steps): void {
    this.#past.value = [...this.#past.value, this.steps.value]
    this.#future.value = []
    this.#show(steps)
  }
}
