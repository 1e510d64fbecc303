import type { Catalog, GroupRecord } from '../storage/catalog.ts'

/** Every change anywhere is seen within a second (the contract); the rest is for the way. */
const lifetime = 900
const maxEntries = 1000

/**
 * The catalog with its hottest question remembered for a moment: which group is meant. Changes made through it are seen
 * at once.
 */
export function cachedCatalog(catalog: Catalog, now: () => number): Catalog {
  const groups = memory<GroupRecord>(now)
  /** Forgets before and after: a question asked while the change is made must not bring back the old answer. */
  const changing = async <T>(change: () => Promise<T>): Promise<T> => {
    groups.clear()
    try {
      return await change()
    } finally {
      groups.clear()
    }
  }
  const cached: Partial<Catalog> = {
    findGroup: (scope, name) =>
      groups.find(`${scope.accountId}/${scope.region}/${name}`, () => catalog.findGroup(scope, name)),
    createGroup: (group) => changing(() => catalog.createGroup(group)),
    setProfilingEnabled: (...args) => changing(() => catalog.setProfilingEnabled(...args)),
    putPolicy: (change) => changing(() => catalog.putPolicy(change)),
    removePolicy: (change) => changing(() => catalog.removePolicy(change)),
    changeTags: (change) => changing(() => catalog.changeTags(change)),
    deleteGroup: (id) => changing(() => catalog.deleteGroup(id)),
    recorded: (...args) => changing(() => catalog.recorded(...args)),
    recordOrchestrations: (seen) => changing(() => catalog.recordOrchestrations(seen)),
  }
  return new Proxy(catalog, {
    get: (target, name) => Reflect.get(cached, name) ?? Reflect.get(target, name),
  })
}

interface Memory<T> {
  find(key: string, load: () => Promise<T | null>): Promise<T | null>
  clear(): void
}

/** Only what exists is remembered: made-up names must not push out real ones. */
function memory<T>(now: () => number): Memory<T> {
  let entries = new Map<string, { readonly value: T; readonly until: number }>()
  /** Questions that are being asked: all who have the same wait for one answer. */
  let asked = new Map<string, Promise<T | null>>()
  return {
    find: async (key, load) => {
      const known = entries.get(key)
      if (known !== undefined && now() < known.until) return known.value
      const sameQuestion = asked.get(key)
      if (sameQuestion !== undefined) return sameQuestion
      const [filling, asking, until] = [entries, asked, now() + lifetime]
      const question = load()
        .then((value) => {
          filling.delete(key)
          if (value === null) return value
          if (filling.size >= maxEntries) filling.delete(filling.keys().next().value!)
          filling.set(key, { value, until })
          return value
        })
        .finally(() => asking.delete(key))
      asking.set(key, question)
      return question
    },
    clear: () => {
      entries = new Map()
      asked = new Map()
    },
  }
}
