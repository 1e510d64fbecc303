/** How the sample is known. */
export const sampleName = 'sample-shop'
export const sampleTag = 'wick-sample'

export function isSample({ tags }: { readonly tags?: Readonly<Record<string, string>> }): boolean {
  return tags?.[sampleTag] !== undefined
}
