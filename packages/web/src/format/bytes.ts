const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** `0 B`, `512 B`, `1.5 MiB`, `20 GiB`: three digits at most, and a space that does not break. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1023.95 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const isWhole = unit === 0 || Math.abs(value) >= 99.95 || Number.isInteger(value)
  return `${isWhole ? Math.round(value) : value.toFixed(1)}\u202f${units[unit]}`
}
