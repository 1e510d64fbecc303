/**
 * Text of a policy with wildcards and policy variables: `home/${aws:username}/*`. Parsed once; what a variable stands for
 * is put in at each request, as plain characters.
 */
import { anyOne, anyRun, type Code, type Pattern, patternOf } from './glob.ts'

/**
 * What is known about a request: condition key in lower case → its value. A key that can have several values
 * (`aws:tagkeys`) has a list, also when it has one value; an empty list is as good as an absent key.
 */
export type Context = ReadonlyMap<string, string | readonly string[]>

export interface Variable {
  /** In lower case. */
  readonly key: string
  /** `${aws:username, 'nobody'}`; null without. */
  readonly fallback: string | null
}

export interface Template {
  readonly pieces: readonly (Code | Variable)[]
  readonly variables: readonly Variable[]
  /** All of it in lower case, also what variables stand for. */
  readonly isLowerCase: boolean
}

export interface TemplateSyntax {
  /** `*` and `?` are wildcards. */
  readonly wildcards: boolean
  /** `${…}` is a variable: policies of 2012-10-17, at the places that allow it. */
  readonly variables: boolean
  readonly lowerCase: boolean
}

/** `problem` says what is wrong with the text. */
export type ParsedTemplate = { readonly template: Template } | { readonly problem: string }

export function parseTemplate(text: string, syntax: TemplateSyntax): ParsedTemplate {
  const pieces: (Code | Variable)[] = []
  const variables: Variable[] = []
  const plain = syntax.lowerCase ? text.toLowerCase() : text
  for (let at = 0; at < text.length; at++) {
    const character = plain[at]!
    if (syntax.variables && text.startsWith('${', at)) {
      const end = endOfVariable(text, at + 2)
      if (end === -1) return { problem: `a variable does not end: ${text.slice(at)}` }
      const parsed = parseVariable(text.slice(at + 2, end))
      if (parsed === null) return { problem: `no variable: ${text.slice(at, end + 1)}` }
      if (typeof parsed === 'object') variables.push(parsed)
      pieces.push(parsed)
      at = end
    } else if (syntax.wildcards && character === '*') pieces.push(anyRun)
    else if (syntax.wildcards && character === '?') pieces.push(anyOne)
    else pieces.push(character.charCodeAt(0))
  }
  return { template: { pieces, variables, isLowerCase: syntax.lowerCase } }
}

/** Where the `}` stands: a default in quotes may hold one too. -1 when there is none. */
function endOfVariable(text: string, start: number): number {
  let isQuoted = false
  for (let at = start; at < text.length; at++) {
    if (text[at] === "'") isQuoted = !isQuoted
    else if (text[at] === '}' && !isQuoted) return at
  }
  return -1
}

/** What stands between `${` and `}`: the characters `*`, `?` and `$` themselves, or a key with or without a default. */
function parseVariable(text: string): Code | Variable | null {
  if (text === '*' || text === '?' || text === '$') return text.charCodeAt(0)
  const comma = text.indexOf(',')
  const key = comma === -1 ? text : text.slice(0, comma)
  if (!isContextKey(key)) return null
  if (comma === -1) return { key: key.toLowerCase(), fallback: null }
  const quoted = text.slice(comma + 1).trim()
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return null
  const fallback = quoted.slice(1, -1)
  return fallback.includes("'") ? null : { key: key.toLowerCase(), fallback }
}

/** Characters of tag keys, which stand in condition keys after a slash: `aws:ResourceTag/cost center`. */
const keyCharacters = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.:/=+-@')
const maxKeyLength = 512

/** `prefix:name`, `prefix:name/tag key`, `issuer.example.com/path:sub`: whatever its case. */
export function isContextKey(text: string): boolean {
  const colon = text.indexOf(':')
  if (colon < 1 || colon === text.length - 1 || text.length > maxKeyLength || text.trim() !== text)
    return false
  for (const character of text)
    if (!keyCharacters.has(character) && (character < '\u00a0' || character > '\u00ff')) return false
  return !text.slice(0, colon).includes(' ')
}

/** Characters that a variable may stand for. More (a header may have them) is as good as no value. */
const maxValueLength = 2048

/** Whether each variable has a value in this request: one value, of a key that never has several, or a default. */
export function isResolvable(variables: readonly Variable[], context: Context): boolean {
  return variables.every(({ key, fallback }) => fallback !== null || textOf(key, context) !== null)
}

function textOf(key: string, context: Context): string | null {
  const value = context.get(key)
  return typeof value === 'string' && value.length <= maxValueLength ? value : null
}

/** The template's codes for this request. Every variable must be resolvable. */
export function resolve(template: Template, context: Context): readonly Code[] {
  if (template.variables.length === 0) return template.pieces as readonly Code[]
  const codes: Code[] = []
  for (const piece of template.pieces) {
    if (typeof piece === 'number') codes.push(piece)
    else {
      const text = textOf(piece.key, context) ?? piece.fallback!
      const plain = template.isLowerCase ? text.toLowerCase() : text
      for (let i = 0; i < plain.length; i++) codes.push(plain.charCodeAt(i))
    }
  }
  return codes
}

/** A template as a pattern: computed once when nothing in it depends on the request. */
export function patternFor(template: Template): (context: Context) => Pattern {
  if (template.variables.length > 0) return (context) => patternOf(resolve(template, context))
  const fixed = patternOf(template.pieces as readonly Code[])
  return () => fixed
}
