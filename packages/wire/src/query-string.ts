/**
 * Names and values of a raw query string (what follows `?`), each percent-decoded once, in order of arrival. `+` is a
 * plus, as Signature Version 4 sees it; a missing `=` is an empty value. The signature and the operations both read
 * the query here, so that they cannot disagree on what was asked.
 *
 * @throws URIError where a percent sign starts no valid escape
 */
export function queryPairs(raw: string): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = []
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? '' : pair.slice(equals + 1)
    pairs.push([decodeURIComponent(name), decodeURIComponent(value)])
  }
  return pairs
}
