import { useSignal } from '@preact/signals'
import { type AuditQuery, type AuditPage as Page, searchAudit } from '../api/audit.ts'
import { announce } from '../app/announce.tsx'
import { useAnswer } from '../app/answer.ts'
import { useChange } from '../app/change.ts'
import { followLink, location, navigate } from '../app/location.ts'
import { auditHref } from '../app/routes.ts'
import { Trouble } from '../app/trouble.tsx'
import { plural } from '../format/numbers.ts'
import { fromLocalInput, toLocalInput } from '../format/times.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { Problem } from '../sign-in/problem.tsx'
import { formatAuditQuery, parseAuditQuery } from './audit-query.ts'
import { AuditTable } from './audit-table.tsx'
import { TrailState } from './trail-state.tsx'

/** Who did what, when, and whether they were let. */
export function AuditPage() {
  usePageTitle('Audit')
  const query = parseAuditQuery(location.value.searchParams)
  const key = formatAuditQuery(query)
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>Audit</h1>
      </div>
      <p class="quiet">
        Every call leaves a record, whether it was allowed or not, in the format of CloudTrail. What is shown
        are the last 90 days of this account, newest first.
      </p>
      <TrailState />
      <SearchForm key={key} query={query} />
      <Results query={query} />
    </div>
  )
}

function SearchForm({ query }: { query: AuditQuery }) {
  const submit = (event: Event) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const asked: AuditQuery = {
      user: text('user'),
      eventName: text('event'),
      resource: text('resource'),
      accessKeyId: text('key'),
      isDeniedOnly: form.has('denied'),
      isChangesOnly: form.has('changes'),
      from: fromLocalInput(text('from')),
      to: fromLocalInput(text('to')),
    }
    const search = formatAuditQuery(asked)
    navigate(search === '' ? auditHref : `${auditHref}?${search}`)
  }
  const isAnything = formatAuditQuery(query) !== ''
  return (
    <form class="panel audit-search" onSubmit={submit} aria-label="Search the audit trail">
      <Field label="User" name="user" value={query.user} placeholder="name or ARN" />
      <Field label="Event" name="event" value={query.eventName} placeholder="DeleteUser" />
      <Field label="Resource" name="resource" value={query.resource} placeholder="group or ARN" />
      <Field label="Access key" name="key" value={query.accessKeyId} placeholder="AKIA…" />
      <Moment label="From" name="from" at={query.from} />
      <Moment label="To" name="to" at={query.to} />
      <div class="checks">
        <label class="check">
          <input type="checkbox" name="denied" defaultChecked={query.isDeniedOnly} />
          Denied only
        </label>
        <label class="check">
          <input type="checkbox" name="changes" defaultChecked={query.isChangesOnly} />
          Changes only
        </label>
      </div>
      <div class="checks">
        <button type="submit" class="button primary">
          Search
        </button>
        {isAnything && (
          <a class="button" href={auditHref} onClick={followLink}>
            Clear
          </a>
        )}
      </div>
    </form>
  )
}

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly value: string
  readonly placeholder: string
}

function Field({ label, name, value, placeholder }: FieldProps) {
  return (
    <label class="labelled">
      {label}
      <input
        class="field"
        name={name}
        maxLength={512}
        defaultValue={value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  )
}

/** In the viewer's time zone. */
function Moment({ label, name, at }: { label: string; name: string; at: number | null }) {
  return (
    <label class="labelled">
      {label}
      <input
        class="field"
        type="datetime-local"
        name={name}
        defaultValue={at === null ? '' : toLocalInput(at)}
      />
    </label>
  )
}

/** What was found stays until the next search has found something. */
function Results({ query }: { query: AuditQuery }) {
  const first = useAnswer(formatAuditQuery(query), (signal) => searchAudit(query, null, signal))
  /** Further pages, of the first one that they follow. */
  const more = useSignal<{ readonly after: Page; readonly last: Page } | null>(null)
  const { isBusy, problem, run } = useChange()
  const { value, failure, isLoading } = first.answer.value
  if (value === null) {
    if (failure !== null)
      return <Trouble what="The records could not be loaded." failure={failure} onRetry={first.retry} />
    return <AuditSkeleton />
  }
  const further = more.value?.after === value ? more.value.last : null
  const records = [...value.records, ...(further?.records ?? [])]
  const { nextToken } = further ?? value
  const loadMore = () =>
    run(async () => {
      const page = await searchAudit(query, nextToken)
      const last = { records: [...(further?.records ?? []), ...page.records], nextToken: page.nextToken }
      more.value = { after: value, last }
      announce(`${plural(page.records.length, 'more record')}.`)
    })
  return (
    <div class="stack results" aria-busy={isLoading}>
      {isLoading && <div class="loading-bar" />}
      {failure !== null && (
        <Trouble what="These records are from before." failure={failure} onRetry={first.retry} />
      )}
      {records.length > 0 && <AuditTable records={records} />}
      {records.length === 0 && (
        <p>
          {nextToken === null
            ? 'No record fits.'
            : 'None of the newest twenty thousand records fits: look further back.'}
        </p>
      )}
      <Problem text={problem.value} />
      <div class="page-actions">
        {nextToken !== null && (
          <button
            type="button"
            class="button"
            disabled={isBusy.value || isLoading}
            onClick={() => void loadMore()}
          >
            {records.length === 0 ? 'Look further back' : 'Load more'}
          </button>
        )}
        <button type="button" class="button" disabled={isLoading} onClick={first.retry}>
          Look again
        </button>
        <span class="quiet">
          {plural(records.length, 'record')}
          {nextToken === null ? ', which is all' : ' so far'}
        </span>
      </div>
    </div>
  )
}

function AuditSkeleton() {
  return (
    <div class="skeleton-rows" role="img" aria-label="Loading">
      {Array.from({ length: 8 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  )
}
