/** How far something has got, on stderr: one line that changes on a terminal, else a line every few seconds. */
export interface Progress {
  /** @param share of the whole from 0 to 1, null where it is not known */
  show(text: string, share: number | null): void
  /** Leaves a terminal's line clean. */
  [Symbol.dispose](): void
}

const terminalMilliseconds = 100
const plainMilliseconds = 5000

export function progressOn(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number = Date.now,
): Progress {
  const isTerminal = stream.isTTY === true
  const pause = isTerminal ? terminalMilliseconds : plainMilliseconds
  const start = now()
  let last = isTerminal ? Number.NEGATIVE_INFINITY : start
  return {
    show: (text, share) => {
      if (now() - last < pause) return
      last = now()
      const line = `${text}${remaining(share, last - start)}`
      stream.write(isTerminal ? `\r\x1b[K${line}` : `wick: ${line}\n`)
    },
    [Symbol.dispose]: () => {
      if (isTerminal) stream.write('\r\x1b[K')
    },
  }
}

/** As fast as so far; said once there is something to go by. */
function remaining(share: number | null, elapsedMilliseconds: number): string {
  if (share === null || share <= 0 || elapsedMilliseconds < 1000) return ''
  const seconds = Math.ceil((elapsedMilliseconds / share - elapsedMilliseconds) / 1000)
  return seconds < 120 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`
}

/** 1234567 → `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  const unit = Math.min(Math.floor(Math.log10(bytes) / 3), units.length)
  return `${(bytes / 1000 ** unit).toFixed(1)} ${units[unit - 1]}`
}

export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}
