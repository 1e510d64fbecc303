import { groupHref } from '../app/routes.ts'
import { defaultView, formatView } from '../explorer/view-state.ts'
import type { PageRange } from '../range/page-range.ts'

/** Link to a function's callers and callees in the flame graph, over the time of a page. */
export function inspectHref(group: string, range: PageRange, name: string): string {
  const view = { ...defaultView, range, view: 'inspect', inspected: name } as const
  return groupHref(group) + formatView(view)
}
