import { followLink } from '../app/location.ts'
import { home } from '../app/routes.ts'
import { usePageTitle } from './page-title.ts'

export function UnknownPage() {
  usePageTitle('No such page')
  return (
    <div class="page">
      <h1 tabIndex={-1}>No such page</h1>
      <p>
        The address leads nowhere.{' '}
        <a href={home} onClick={followLink}>
          All profiling groups
        </a>
      </p>
    </div>
  )
}
