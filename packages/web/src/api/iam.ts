/** IAM, asked as every other client asks it: forms there, XML back, in the types of its service model. */
import { iamService } from '@wick/wire/iam'
import type { Members, OutputOf } from '@wick/wire/query'
import { readOutput } from './read-output.ts'
import { request } from './request.ts'

type Operations = typeof iamService.operations
export type IamAction = keyof Operations & string
type Inputs = { readonly [A in IamAction]: OutputOf<Operations[A]['input']> }
type Outputs = {
  readonly [A in IamAction]: Operations[A]['output'] extends Members
    ? OutputOf<Operations[A]['output']>
    : null
}
/** What an operation is given: members that it can do without may be left out. */
export type IamInput<A extends IamAction> = Inputs[A]
export type IamOutput<A extends IamAction> = Outputs[A]

/** @throws ApiFailure with IAM's code; DOMException AbortError where `signal` says so */
export async function iam<A extends IamAction>(
  action: A,
  input: NoInfer<IamInput<A>>,
  signal?: AbortSignal,
): Promise<NoInfer<IamOutput<A>>> {
  const form = new URLSearchParams({ Action: action, Version: iamService.version })
  append(form, '', input)
  const response = await request('/', { method: 'POST', form, service: 'iam', ...(signal && { signal }) })
  const { output } = iamService.operations[action]
  if (output === null) return null as IamOutput<A>
  const document = new DOMParser().parseFromString(await response.text(), 'application/xml')
  const result = document.documentElement.firstElementChild
  return readOutput(output, result) as IamOutput<A>
}

/**
 * Every item of a list that comes page by page.
 *
 * @param pick what a page holds of it
 */
export async function iamList<A extends IamAction, T>(
  action: A,
  input: NoInfer<IamInput<A>>,
  pick: (page: IamOutput<A>) => readonly T[] | null | undefined,
  signal?: AbortSignal,
): Promise<T[]> {
  const items: T[] = []
  for (let marker: string | undefined = ''; marker !== undefined; ) {
    const page: IamOutput<A> = await iam(action, marker === '' ? input : paged(input, marker), signal)
    items.push(...(pick(page) ?? []))
    const { IsTruncated, Marker } = page as { IsTruncated?: boolean | null; Marker?: string | null }
    marker = IsTruncated ? (Marker ?? undefined) : undefined
  }
  return items
}

function paged<I extends object>(input: I, Marker: string): I {
  return { ...input, Marker }
}

/** `Tags.member.1.Key=team`: members by name, items by number. */
function append(form: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) append(form, `${name}.member.${i + 1}`, item)
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) append(form, name === '' ? key : `${name}.${key}`, item)
  } else form.set(name, String(value))
}
