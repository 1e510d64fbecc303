import type { Policy } from './policy.ts'

/** The condition keys that a policy asks about: in its conditions, as they are written there, and as variables. */
export function contextKeysOf({ statements }: Policy): ReadonlySet<string> {
  const keys = new Map<string, string>()
  for (const { conditions, resources } of statements) {
    for (const condition of conditions) {
      keys.set(condition.key, condition.keyText)
      if (condition.kind === 'compare')
        for (const { variables } of condition.operands) addVariables(keys, variables)
    }
    for (const resource of resources?.items ?? [])
      if (resource.kind === 'arn') addVariables(keys, resource.variables)
  }
  return new Set(keys.values())
}

/** Variables are known in lower case only: the spelling of a condition goes before. */
function addVariables(keys: Map<string, string>, variables: readonly { readonly key: string }[]): void {
  for (const { key } of variables) if (!keys.has(key)) keys.set(key, key)
}
