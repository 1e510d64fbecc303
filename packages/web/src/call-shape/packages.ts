/** Packages and modules, as far as names tell: `java.util.HashMap.put`, `shop.cart:Cart:total`, `node:fs:readSync`. */

/** The package of a frame; empty where its name tells none. */
export function packageOf(name: string): string {
  const path = pathOf(name)
  const colon = path.indexOf(':', path.startsWith('node:') ? 5 : 0)
  if (colon > 0) return path.slice(0, colon)
  const slash = path.lastIndexOf('/')
  if (slash > 0) return path.slice(0, slash)
  const parts = path.split('.')
  const classAt = parts.findIndex((part) => startsUpper(part))
  return parts.slice(0, classAt > 0 ? classAt : -1).join('.')
}

/** The packages around a frame, widest first, at most `most` of them: `org`, `org.apache`, `org.apache.tomcat`. */
export function packagesAround(name: string, most: number): string[] {
  const whole = packageOf(name)
  const found: string[] = []
  for (let i = 1; i < whole.length; i++) {
    const character = whole[i]
    if (character === '.' || character === '/') found.push(whole.slice(0, i))
  }
  if (whole !== '') found.push(whole)
  return found.slice(-most)
}

/** Whether a frame belongs to a package or one inside it. */
export function isInPackage(name: string, prefix: string): boolean {
  if (prefix === '' || !name.startsWith(prefix)) return false
  return name.length === prefix.length || '.:/$('.includes(name[prefix.length]!)
}

/** Name of the frame that stands for a whole package. */
export function packageLabel(prefix: string): string {
  return `${prefix}.*`
}

/** Without arguments and without what is generated: it is no package path. */
function pathOf(name: string): string {
  for (let i = 0; i < name.length; i++) {
    const character = name[i]!
    if (character === '(' || character === '<' || character === '[' || character === ' ' || character === '$')
      return i === 0 ? '' : name.slice(0, i)
  }
  return name
}

function startsUpper(part: string): boolean {
  const first = part[0]
  return first !== undefined && first !== first.toLowerCase() && first === first.toUpperCase()
}
