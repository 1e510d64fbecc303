/** What to do about a failed request, as a sentence. @param status 0 where no answer came @param code as in `ApiFailure` */
export function advice({ status, code }: { readonly status: number; readonly code: string }): string {
  if (status === 0) return 'Is it running, and can this machine reach it?'
  if (code === 'Unreadable') return 'Reload the page: it may be older than the server.'
  // Every error of Wick's own has a name.
  if (code.startsWith('Status '))
    return 'Wick does not answer like that: look at the proxy or load balancer between this browser and the server.'
  if (code.startsWith('AccessDenied')) return 'Ask an administrator for access.'
  if (status === 404) return 'It may have been deleted: go back and choose from what there is.'
  if (status === 409) return 'Somebody else changed it meanwhile: load it again, then repeat your change.'
  if (status === 429 || status === 503)
    return 'It is busy or cannot reach its disk; waiting a moment may help.'
  if (status >= 500)
    return 'This is an error of the server: its log says more under the number of the request.'
  return 'Change what it names, such as the time or a filter, and try again.'
}
