import { visibleText } from '@wick/wire/visible-text'

/** A line for people to read. Names in it come from outside: they move no cursor, change no colour, and begin no line. */
export function printLine(line: string): void {
  console.log(line === '' ? '' : visibleText(line))
}
