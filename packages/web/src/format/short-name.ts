/**
 * Shortens a name in the middle of its packages: `com.example.orders.OrderService.price` becomes
 * `c.e.orders.OrderService.price`. Class and function stay whole, and the package nearest to them.
 */
export function shortName(name: string): string {
  // Arguments and what follows are no package path: `pkg.Class.method(java.lang.String)`.
  const cut = name.search(/[:([{\s$/]/)
  const path = cut < 0 ? name : name.slice(0, cut)
  const parts = path.split('.')
  if (parts.length < 3 || parts.includes('')) return name
  const kept = keptParts(parts, cut >= 0 && name[cut] === ':')
  const shortened = parts.map((part, i) => (i < parts.length - kept ? [...part][0] : part)).join('.')
  return cut < 0 ? shortened : shortened + name.slice(cut)
}

/** How many parts at the end stay whole. */
function keptParts(parts: readonly string[], isModulePath: boolean): number {
  const classAt = parts.findIndex((part) => /^\p{Lu}/u.test(part))
  if (classAt > 0) return parts.length - classAt + 1
  // Python's `module.path:Class:function` keeps the module; a bare dotted name its function and what holds it.
  return isModulePath ? 1 : 2
}

/** What fits into `characters`: the whole name, else the short one, else its beginning; nothing below three. */
export function fitName(name: string, characters: number): string {
  if (name.length <= characters) return name
  const short = shortName(name)
  if (short.length <= characters) return short
  return characters < 3 ? '' : `${short.slice(0, characters - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
