/** One structured line for each event. Values are data: nothing in them can break the line or the terminal. */
export type Log = (entry: LogEntry) => void

export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  /** What happened, from a closed set: `http.failed`, `store.damage` … */
  readonly event: string
  readonly [detail: string]: unknown
}

const maxDetailLength = 4096

/** Writes each entry as a JSON line with its instant. Everything but printable ASCII is escaped. */
export function jsonLog(write: (line: string) => void): Log {
  return ({ level, event, ...details }) => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...details }, shortened)
    write(`${line.replace(/[\u007f-\uffff]/g, escaped)}\n`)
  }
}

function shortened(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > maxDetailLength
    ? `${value.slice(0, maxDetailLength)}…`
    : value
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}
