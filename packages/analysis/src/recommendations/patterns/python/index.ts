import regex from './regex.json' with { type: 'json' }

/** One file for each area. */
export const pythonPatterns: readonly (readonly object[])[] = [regex]
