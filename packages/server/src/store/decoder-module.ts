import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Compiled once for all stores of a thread. */
let compiled: Promise<WebAssembly.Module | null> | null = null

/** The decoders of profiles in WebAssembly; null where the machine cannot run it, which costs speed and nothing else. */
export function loadDecoderModule(): Promise<WebAssembly.Module | null> {
  compiled ??= compile()
  return compiled
}

async function compile(): Promise<WebAssembly.Module | null> {
  const file = fileURLToPath(import.meta.resolve('@wick/profile/decoder.wasm'))
  const bytes = await readFile(file)
  try {
    return await WebAssembly.compile(bytes)
  } catch {
    // Processors without vector instructions, and Node without its compilers (--jitless).
    return null
  }
}
