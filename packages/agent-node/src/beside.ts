/** @returns a file of the package beside this one, compiled or not */
export function fileBeside(name: string): URL {
  const isSource = import.meta.url.endsWith('.ts')
  return new URL(isSource ? `./${name}.ts` : `./${name}.cjs`, import.meta.url)
}
