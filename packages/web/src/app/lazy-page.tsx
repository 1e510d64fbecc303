import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'

/**
 * A page whose code is fetched when it is first opened, so that the first page does not wait for it.
 *
 * @param load as `() => import('…').then(({ Page }) => Page)`
 */
export function lazyPage<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null
  return function LazyPage(props: P) {
    const isLoaded = useSignal(loaded !== null)
    const problem = useSignal(false)
    useEffect(() => {
      if (loaded === null) fetchPage()
    }, [])
    const fetchPage = () => {
      problem.value = false
      load().then(
        (page) => {
          loaded = page
          isLoaded.value = true
        },
        () => {
          problem.value = true
        },
      )
    }
    if (isLoaded.value && loaded !== null) {
      const Page = loaded
      return <Page {...props} />
    }
    if (problem.value)
      return (
        <div class="page">
          <div class="notice harm" role="alert">
            <p>
              <strong>The code of this page could not be loaded.</strong> The server does not answer, or it
              was updated since this page was opened.
            </p>
            <p class="notice-foot">
              <button type="button" class="button" onClick={fetchPage}>
                Try again
              </button>
              <button type="button" class="button" onClick={() => window.location.reload()}>
                Reload the console
              </button>
            </p>
          </div>
        </div>
      )
    return <div class="page" aria-busy="true" />
  }
}
