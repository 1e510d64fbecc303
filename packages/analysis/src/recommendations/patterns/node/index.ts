import crypto from './crypto.json' with { type: 'json' }

/** One file for each area. */
export const nodePatterns: readonly (readonly object[])[] = [crypto]
