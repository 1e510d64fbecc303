/** One of the scripts of e2e/clients in a process of its own, asked in lines of JSON. */
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { python } from './python.ts'

// biome-ignore lint/suspicious/noExplicitAny: each script has answers of its own
type Answer = any

export interface Script {
  ask(question: Readonly<Record<string, unknown>>): Promise<Answer>
  close(): void
}

export function startScript(name: string, env: Readonly<Record<string, string>>): Script {
  const script = resolve(import.meta.dirname, '../clients', name)
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    // The script answers in the order of the questions, and so do the lines.
    ask: async (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${name} ended; what it said is on stderr`)
      return JSON.parse(value)
    },
    close: () => child.stdin.end(),
  }
}
