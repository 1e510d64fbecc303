/** Does what it is given one after the other; what fails holds up nobody. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.catch(() => {}).then(work)
    last = mine
    return mine
  }
}
