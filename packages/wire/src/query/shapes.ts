/**
 * A small language for what operations of the query protocol take and give: the facts of AWS's service models, as
 * values that one reader (`read-input.ts`) and one writer (`write-output.ts`) follow, and from which TypeScript knows
 * the types. Where a service speaks JSON as well, `json-input.ts` and `json-output.ts` follow the same values.
 */
export type Shape =
  | StringShape
  | IntegerShape
  | DoubleShape
  | BooleanShape
  | TimestampShape
  | BlobShape
  | ListShape
  | MapShape
  | StructureShape

export interface StringShape<V extends string = string> {
  readonly kind: 'string'
  /** Characters, both ends included. */
  readonly min: number
  readonly max: number
  /** What all of it must match, as the model writes it; null for anything. */
  readonly pattern: string | null
  readonly matcher: RegExp | null
  /** The only values there are; null for any. */
  readonly values: readonly V[] | null
  /** Whether answers hold it percent-encoded, as IAM's hold policies. Questions never do. */
  readonly isEncoded: boolean
}

export interface IntegerShape {
  readonly kind: 'integer'
  readonly min: number
  readonly max: number
}

/** Never infinite, and always a number. */
export interface DoubleShape {
  readonly kind: 'double'
}

export interface BooleanShape {
  readonly kind: 'boolean'
}

/** Epoch milliseconds here; ISO 8601 with seconds on the wire, epoch seconds in JSON. */
export interface TimestampShape {
  readonly kind: 'timestamp'
}

/** Bytes here; base64 on the wire. */
export interface BlobShape {
  readonly kind: 'blob'
}

export interface ListShape<E extends Shape = Shape> {
  readonly kind: 'list'
  readonly element: E
  readonly max: number
}

/** Values by name. Only in outputs: no operation takes one. */
export interface MapShape<V extends Shape = Shape> {
  readonly kind: 'map'
  readonly value: V
}

export interface StructureShape<M extends Members = Members> {
  readonly kind: 'structure'
  readonly members: M
}

export interface Optional<S extends Shape = Shape> {
  readonly kind: 'optional'
  readonly shape: S
}

/** Member name → what it is; required unless it says otherwise. */
export type Members = { readonly [name: string]: Shape | Optional }

interface StringFacts {
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
}

export function string({ min = 0, max = Number.POSITIVE_INFINITY, pattern }: StringFacts = {}): StringShape {
  return {
    kind: 'string',
    min,
    max,
    pattern: pattern ?? null,
    // The models' patterns are classes and repetitions of classes, without a choice to go back to: linear.
    matcher: pattern === undefined ? null : new RegExp(`^(?:${pattern})$`, 'u'),
    values: null,
    isEncoded: false,
  }
}

/** Text of which answers hold every character but letters, digits and `-._~` percent-encoded. */
export function encoded(shape: StringShape): StringShape {
  return { ...shape, isEncoded: true }
}

export function oneOf<const V extends string>(...values: readonly V[]): StringShape<V> {
  return { ...string(), values }
}

export function integer(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER): IntegerShape {
  return { kind: 'integer', min, max }
}

export const double: DoubleShape = { kind: 'double' }
export const boolean: BooleanShape = { kind: 'boolean' }
export const timestamp: TimestampShape = { kind: 'timestamp' }
export const blob: BlobShape = { kind: 'blob' }

export function list<const E extends Shape>(element: E, max = Number.POSITIVE_INFINITY): ListShape<E> {
  return { kind: 'list', element, max }
}

export function map<const V extends Shape>(value: V): MapShape<V> {
  return { kind: 'map', value }
}

export function structure<const M extends Members>(members: M): StructureShape<M> {
  return { kind: 'structure', members }
}

export function optional<const S extends Shape>(shape: S): Optional<S> {
  return { kind: 'optional', shape }
}

/** What is read of a request: what is absent is null. */
export type InputOf<M extends Members> = {
  readonly [K in keyof M]: M[K] extends Optional<infer S> ? ReadValue<S> | null : ReadValue<M[K]>
}

type ReadValue<S> =
  S extends StructureShape<infer M>
    ? InputOf<M>
    : S extends ListShape<infer E>
      ? readonly ReadValue<E>[]
      : Scalar<S>

/**
 * What an answer is written from: what is null or left out is absent. Told apart by `kind` alone, which is little work for
 * the compiler; that they are shapes is checked where they are made.
 */
export type OutputOf<M> = {
  readonly [K in keyof M as M[K] extends AnyOptional ? never : K]: WrittenValue<M[K]>
} & {
  readonly [K in keyof M as M[K] extends AnyOptional ? K : never]?: M[K] extends {
    readonly shape: infer S
  }
    ? WrittenValue<S> | null
    : never
}

interface AnyOptional {
  readonly kind: 'optional'
}

type WrittenValue<S> = S extends { readonly kind: 'structure'; readonly members: infer M }
  ? OutputOf<M>
  : S extends { readonly kind: 'list'; readonly element: infer E }
    ? readonly WrittenValue<E>[]
    : S extends { readonly kind: 'map'; readonly value: infer V }
      ? Readonly<Record<string, WrittenValue<V>>>
      : Scalar<S>

type Scalar<S> =
  S extends StringShape<infer V>
    ? V
    : S extends IntegerShape | DoubleShape | TimestampShape
      ? number
      : S extends BooleanShape
        ? boolean
        : S extends BlobShape
          ? Uint8Array
          : never
