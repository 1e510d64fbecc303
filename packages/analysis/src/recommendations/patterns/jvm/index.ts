import regex from './regex.json' with { type: 'json' }

/** One file for each area. */
export const jvmPatterns: readonly (readonly object[])[] = [regex]
