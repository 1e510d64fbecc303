/**
 * What runs programs for Node.js as well. All that the agent calls is there, so nothing fails; it samples nothing, or its
 * reporter is never woken.
 */
export function otherRuntime(): 'Bun' | 'Deno' | null {
  if (process.versions.bun !== undefined) return 'Bun'
  return process.versions.deno !== undefined ? 'Deno' : null
}
