import type { ComponentChildren } from 'preact'
import { Confirm } from '../app/confirm.tsx'
import type { Loaded } from '../app/loaded.ts'
import { followLink } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { Trouble } from '../app/trouble.tsx'
import { type Identity, sections, words } from './identity.ts'

interface IdentityHeadProps {
  readonly identity: Identity
  readonly loaded: Loaded<{ readonly arn: string; readonly createdAt: number }>
  /** On the link to the simulator. */
  readonly question: string
  /** Of deleting it. */
  readonly consequences: string
  /** Further facts: `dt` and `dd`. */
  readonly facts?: ComponentChildren
  /** @throws ApiFailure */
  onDelete(): Promise<void>
  readonly children: ComponentChildren
}

/** What stands above every identity's panels; where there is none of that name, in their place. */
export function IdentityHead(props: IdentityHeadProps) {
  const { identity, loaded, question, consequences, facts, onDelete, children } = props
  const { kind, name } = identity
  const { value, failure, reload } = loaded
  if (failure?.code === 'NoSuchEntity') return <NoIdentity identity={identity} />
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{name}</h1>
        <div class="page-actions">
          {value !== null && (
            <a
              class="button"
              href={`${accessHref('simulator')}?who=${encodeURIComponent(value.arn)}`}
              onClick={followLink}
            >
              {question}
            </a>
          )}
          <Confirm
            label="Delete"
            name={`Delete the ${words[kind]} ${name}`}
            title={`Delete the ${words[kind]} ${name}?`}
            word={name}
            onConfirm={onDelete}
          >
            <p>{consequences}</p>
          </Confirm>
        </div>
      </div>
      {failure !== null && (
        <Trouble what={`The ${words[kind]} could not be loaded.`} failure={failure} onRetry={reload} />
      )}
      {value === null && failure === null && <div class="facts" role="img" aria-label="Loading" />}
      {value !== null && (
        <dl class="facts">
          <dt>ARN</dt>
          <dd>
            <code>{value.arn}</code>
          </dd>
          <dt>Created</dt>
          <dd>
            <Time at={value.createdAt} />
          </dd>
          {facts}
        </dl>
      )}
      {children}
    </>
  )
}

function NoIdentity({ identity: { kind, name } }: { identity: Identity }) {
  return (
    <section class="obstacle">
      <h1 tabIndex={-1}>
        There is no {words[kind]} “{name}”
      </h1>
      <p>It was deleted or renamed, or the link has a typing error.</p>
      <a class="button" href={accessHref(sections[kind])} onClick={followLink}>
        All {words[kind]}s
      </a>
    </section>
  )
}
