import { PayloadError, type PayloadReader, type PayloadWriter } from './payload-codec.ts'

/** A list of texts inside a section: length, and bytes of a JSON list, which holds whatever a text may hold, lone surrogates too. */
export function writeTexts(out: PayloadWriter, texts: readonly string[]): void {
  out.bytes(Buffer.from(JSON.stringify(texts)))
}

/** @throws PayloadError */
export function readTexts(input: PayloadReader): readonly string[] {
  const { from, to } = input.span()
  const texts = parsed(Buffer.from(input.data.subarray(from, to)).toString())
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string'))
    throw new PayloadError('a list of texts is none')
  return texts
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
