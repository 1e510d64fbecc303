import type { Draw, WireRequest } from './wire-request.ts'

/**
 * One change to one part of a request. A mutation may by chance leave the request what it was (a slash doubled, `/`
 * made `/.`, a hexadecimal digit in the other case): `meaning` tells.
 *
 * @returns null where the request has no such part
 */
export type Mutation = (wire: WireRequest, draw: Draw) => WireRequest | null

const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'get', '']

function change(wire: WireRequest, request: Partial<WireRequest['request']>): WireRequest {
  return { ...wire, request: { ...wire.request, ...request } }
}

function oneOf<T>(items: readonly T[], draw: Draw): T {
  return items[draw(items.length)]!
}

// Texts

type Edit = (text: string, draw: Draw, alphabet: readonly string[]) => string | null

const replaced: Edit = (text, draw, alphabet) => {
  if (text === '') return null
  const at = draw(text.length)
  return text.slice(0, at) + oneOf(alphabet, draw) + text.slice(at + 1)
}
const inserted: Edit = (text, draw, alphabet) => {
  const at = draw(text.length + 1)
  return text.slice(0, at) + oneOf(alphabet, draw) + text.slice(at)
}
const shortened: Edit = (text, draw) => {
  if (text === '') return null
  const at = draw(text.length)
  return text.slice(0, at) + text.slice(at + 1)
}

// Path and query

function inPath(edit: Edit): Mutation {
  return (wire, draw) => {
    const [path = '', ...query] = wire.request.rawTarget.split('?')
    const edited = edit(path.slice(1), draw, visible)
    return edited === null ? null : change(wire, { rawTarget: [`/${edited}`, ...query].join('?') })
  }
}

function inQuery(edit: (query: string, draw: Draw) => string | null): Mutation {
  return (wire, draw) => {
    const mark = wire.request.rawTarget.indexOf('?')
    if (mark < 0) return null
    const edited = edit(wire.request.rawTarget.slice(mark + 1), draw)
    return edited === null
      ? null
      : change(wire, { rawTarget: `${wire.request.rawTarget.slice(0, mark)}?${edited}` })
  }
}

/** The query as its pairs. */
function inPairs(edit: (pairs: readonly string[], draw: Draw) => readonly string[]): Mutation {
  return inQuery((query, draw) => edit(query.split('&'), draw).join('&'))
}

// Headers

type Line = readonly [name: string, value: string]

function linesOf({ request: { rawHeaders } }: WireRequest): readonly Line[] {
  return rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1]!] as const] : []))
}

function isNamed(name: string): (line: Line) => boolean {
  return (line) => line[0].toLowerCase() === name
}

export function signedHeaderNames(wire: WireRequest): readonly string[] {
  const authorization = linesOf(wire).find(isNamed('authorization'))![1]
  return /SignedHeaders=([^,]*)/.exec(authorization)![1]!.split(';')
}

/** Edits the header lines; `at` is one that is signed. */
function inHeaders(
  edit: (lines: readonly Line[], at: number, draw: Draw) => readonly Line[] | null,
): Mutation {
  return (wire, draw) => {
    const lines = linesOf(wire)
    const signed = new Set(signedHeaderNames(wire))
    const candidates = [...lines.keys()].filter((i) => signed.has(lines[i]![0].toLowerCase()))
    const edited = edit(lines, oneOf(candidates, draw), draw)
    return edited === null ? null : change(wire, { rawHeaders: edited.flat() })
  }
}

function inHeaderValue(edit: Edit): Mutation {
  return inHeaders((lines, at, draw) => {
    const [name, value] = lines[at]!
    const edited = edit(value, draw, [...visible, ' '])
    return edited === null ? null : lines.with(at, [name, edited])
  })
}

/** The value of the header by that name. */
function inHeader(name: string, edit: (value: string, draw: Draw, wire: WireRequest) => string): Mutation {
  return (wire, draw) => {
    const lines = linesOf(wire)
    const at = lines.findIndex(isNamed(name))
    const [written, value] = lines[at]!
    return change(wire, { rawHeaders: lines.with(at, [written, edit(value, draw, wire)]).flat() })
  }
}

/** A part of the credential: key, date, region, service or terminator. */
function inCredential(part: number, edit: (text: string, draw: Draw) => string): Mutation {
  return inHeader('authorization', (text, draw) =>
    text.replace(/(?<=Credential=)[^,]*/, (credential) =>
      credential
        .split('/')
        .map((piece, i) => (i === part ? edit(piece, draw) : piece))
        .join('/'),
    ),
  )
}

function inSignedHeaders(
  edit: (names: readonly string[], draw: Draw, wire: WireRequest) => readonly string[],
): Mutation {
  return inHeader('authorization', (text, draw, wire) =>
    text.replace(/(?<=SignedHeaders=)[^,]*/, edit(signedHeaderNames(wire), draw, wire).join(';')),
  )
}

const alphanumeric = visible.filter((letter) => /[A-Za-z0-9]/.test(letter))
const letterReplaced = (text: string, draw: Draw) => replaced(text, draw, alphanumeric)!
const digitReplaced = (text: string, draw: Draw) => replaced(text, draw, [...'0123456789'])!

/** A time up to four minutes away: inside the skew that is allowed, so that nothing but the signature can refuse it. */
function shiftedTime(text: string, draw: Draw): string {
  const iso = text.trim().replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
  const shifted = Date.parse(iso) + (draw(480) - 240) * 1000
  return `${new Date(shifted).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}

// The body

function inBody(edit: (body: Buffer, draw: Draw) => Buffer | null): Mutation {
  return (wire, draw) => {
    const body = edit(Buffer.from(wire.body), draw)
    return body === null ? null : { ...wire, body }
  }
}

/** @param otherKey another access key with a secret of its own; @param otherRegion one more that is allowed */
export function allMutations(otherKey: string, otherRegion: string): Readonly<Record<string, Mutation>> {
  return {
    'another method': (wire, draw) => change(wire, { method: oneOf(methods, draw) }),

    'path: a byte replaced': inPath(replaced),
    'path: a byte inserted': inPath(inserted),
    'path: a byte removed': inPath(shortened),
    'path: an escape decoded': (wire) => {
      const [path = '', ...query] = wire.request.rawTarget.split('?')
      const decoded = path.replace(/%(?:2[1-9A-F]|3A)/i, decodeURIComponent)
      return change(wire, { rawTarget: [decoded, ...query].join('?') })
    },

    'query: a byte replaced': inQuery((query, draw) => replaced(query, draw, visible)),
    'query: a byte inserted': inQuery((query, draw) => inserted(query, draw, visible)),
    'query: a byte removed': inQuery((query, draw) => shortened(query, draw, visible)),
    'query: a parameter repeated': inPairs((pairs, draw) => [...pairs, oneOf(pairs, draw)]),
    'query: a parameter removed': inPairs((pairs, draw) => pairs.toSpliced(draw(pairs.length), 1)),
    'query: a parameter added': (wire, draw) => {
      const { rawTarget } = wire.request
      const mark = rawTarget.includes('?') ? '&' : '?'
      return change(wire, {
        rawTarget: `${rawTarget}${mark}${oneOf(alphanumeric, draw)}=${oneOf(alphanumeric, draw)}`,
      })
    },

    'signed header: a byte replaced': inHeaderValue(replaced),
    'signed header: a byte inserted': inHeaderValue(inserted),
    'signed header: a byte removed': inHeaderValue(shortened),
    'signed header: removed': inHeaders((lines, at) => lines.toSpliced(at, 1)),
    'signed header: emptied': inHeaders((lines, at) => lines.with(at, [lines[at]![0], ''])),
    'signed header: renamed': inHeaders((lines, at, draw) => {
      const [name, value] = lines[at]!
      return lines.with(at, [name + oneOf(alphanumeric, draw), value])
    }),
    'signed header: repeated': inHeaders((lines, at, draw) =>
      lines.toSpliced(draw(lines.length + 1), 0, lines[at]!),
    ),
    'signed header: repeated with another value': inHeaders((lines, at, draw) =>
      lines.toSpliced(draw(lines.length + 1), 0, [lines[at]![0], oneOf(alphanumeric, draw)]),
    ),
    'signed header: its value swapped with another': inHeaders((lines, at, draw) => {
      const other = draw(lines.length)
      const [[name, value], [otherName, otherValue]] = [lines[at]!, lines[other]!]
      return lines.with(at, [name, otherValue]).with(other, [otherName, value])
    }),
    'an x-amz-* header added': inHeaders((lines, at, draw) =>
      lines.toSpliced(at, 0, [`x-amz-${oneOf(alphanumeric, draw)}`, oneOf(alphanumeric, draw)]),
    ),
    'Authorization repeated': inHeaders((lines) => [...lines, lines.find(isNamed('authorization'))!]),

    'body: a bit flipped': inBody((body, draw) => {
      if (body.length === 0) return null
      body[draw(body.length)]! ^= 1 << draw(8)
      return body
    }),
    'body: a byte added': inBody((body, draw) => {
      const at = draw(body.length + 1)
      return Buffer.concat([body.subarray(0, at), Buffer.of(draw(256)), body.subarray(at)])
    }),
    'body: a byte removed': inBody((body, draw) => {
      if (body.length === 0) return null
      const at = draw(body.length)
      return Buffer.concat([body.subarray(0, at), body.subarray(at + 1)])
    }),

    'date: some seconds off': inHeader('x-amz-date', shiftedTime),
    'date: a digit replaced': inHeader('x-amz-date', digitReplaced),

    'access key: a letter replaced': inCredential(0, letterReplaced),
    'access key: another one': inCredential(0, () => otherKey),
    'scope: a digit of the date replaced': inCredential(1, digitReplaced),
    'scope: a letter of the region replaced': inCredential(2, letterReplaced),
    'scope: another region': inCredential(2, () => otherRegion),
    'scope: a letter of the service replaced': inCredential(3, letterReplaced),
    'scope: a letter of the terminator replaced': inCredential(4, letterReplaced),

    'signed list: a name removed': inSignedHeaders((names, draw) => names.toSpliced(draw(names.length), 1)),
    'signed list: a header of the request added': inSignedHeaders((names, draw, wire) => {
      const present = linesOf(wire).map(([name]) => name.toLowerCase())
      const unsigned = present.filter((name) => !names.includes(name))
      return [...names, oneOf(unsigned, draw)].sort()
    }),
    'signed list: a name replaced by another': inSignedHeaders((names, draw, wire) => {
      const present = linesOf(wire).map(([name]) => name.toLowerCase())
      return [...new Set(names.with(draw(names.length), oneOf(present, draw)))].sort()
    }),
    'signed list: a name repeated': inSignedHeaders((names, draw) => [...names, oneOf(names, draw)].sort()),
    'signed list: a letter replaced': inSignedHeaders((names, draw) => {
      const at = draw(names.length)
      return names.with(at, letterReplaced(names[at]!, draw)).sort()
    }),
    'signed list: two names swapped': inSignedHeaders((names, draw) => {
      const at = draw(names.length - 1)
      return names.with(at, names[at + 1]!).with(at + 1, names[at]!)
    }),

    'signature: a digit replaced': inHeader('authorization', (text, draw) => {
      const digits = replaced(text.slice(-64), draw, [...'0123456789abcdef'])!
      return text.slice(0, -64) + digits
    }),
    'signature: a digit in capitals': inHeader('authorization', (text) => {
      const digits = text.slice(-64).replace(/[a-f]/, (digit) => digit.toUpperCase())
      return text.slice(0, -64) + digits
    }),
    'signature: a digit removed': inHeader('authorization', (text, draw) => {
      return text.slice(0, -64) + shortened(text.slice(-64), draw, [])!
    }),
  }
}

/**
 * What a request means to whoever signed it: two requests with one meaning are the same request. Judged more loosely
 * than the verifier judges it, with tools of the platform.
 */
export function meaning(wire: WireRequest, signedHeaders: readonly string[]): string {
  const { method, rawTarget } = wire.request
  const [path = '', ...query] = rawTarget.split('?')
  // Behind an &, because URLSearchParams would drop a question mark at the start.
  const pairs = new URLSearchParams(`&${query.join('?').replaceAll('+', '%2B')}`)
  const lines = Map.groupBy(linesOf(wire), ([name]) => name.toLowerCase())
  const values = [...signedHeaders, 'authorization'].map((name) =>
    lines
      .get(name)
      ?.map(([, value]) => value.trim().replaceAll(/[ \t]+/g, ' '))
      .join(','),
  )
  const repeated = lines.get('authorization')?.length
  const amazon = [...lines.keys()].filter((name) => name.startsWith('x-amz-')).sort()
  return JSON.stringify([
    method,
    path.replaceAll(/\/(?:\.?(?:\/|$))+/g, '/'),
    [...pairs].map(([name, value]) => JSON.stringify([name, value])).sort(),
    values,
    repeated,
    amazon,
    wire.body.toString('hex'),
  ])
}
