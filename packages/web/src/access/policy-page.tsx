import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { iam, iamList } from '../api/iam.ts'
import { Confirm } from '../app/confirm.tsx'
import { type Loaded, useLoaded } from '../app/loaded.ts'
import { followLink, navigate } from '../app/location.ts'
import { Panel } from '../app/panel.tsx'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { Trouble } from '../app/trouble.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { NameLink } from './entity-list.tsx'
import { detach, sections, words } from './identity.ts'
import { isOfAws, policyName } from './policy-arn.ts'
import { PolicyEditor } from './policy-editor.tsx'
import { pretty } from './pretty-policy.ts'

const mostVersions = 5

export function PolicyPage({ arn }: { arn: string }) {
  const name = policyName(arn)
  usePageTitle(name)
  const loaded = useLoaded(arn, async (signal) => {
    const { Policy } = await iam('GetPolicy', { PolicyArn: arn }, signal)
    return Policy ?? {}
  })
  const users = useLoaded(`users ${arn}`, (signal) => holdersOf(arn, signal))
  const versions = useLoaded(`versions ${arn}`, (signal) =>
    iamList('ListPolicyVersions', { PolicyArn: arn }, (page) => page.Versions, signal),
  )
  if (loaded.failure?.code === 'NoSuchEntity') return <NoPolicy arn={arn} />
  const below = (
    <>
      <Versions
        arn={arn}
        loaded={versions}
        onChange={() => {
          loaded.reload()
          versions.reload()
        }}
      />
      <Panel title="Attached to" hint="Whom it counts for." loaded={users}>
        {(holders) =>
          holders.length === 0 ? (
            <p>Nobody. It is attached on the page of a user, a user group or a role.</p>
          ) : (
            <ul class="items">
              {holders.map(({ kind, name: holder }) => (
                <li key={`${kind} ${holder}`}>
                  <NameLink section={sections[kind]} name={holder} />
                  <span class="quiet">{words[kind]}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Panel>
    </>
  )
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{name}</h1>
        {!isOfAws(arn) && (
          <div class="page-actions">
            <Confirm
              label="Delete"
              name={`Delete the policy ${name}`}
              title={`Delete the policy ${name}?`}
              word={name}
              onConfirm={async () => {
                for (const holder of await holdersOf(arn)) await detach(holder, arn)
                for (const { VersionId, IsDefaultVersion } of versions.value ?? [])
                  if (!IsDefaultVersion)
                    await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: VersionId! })
                await iam('DeletePolicy', { PolicyArn: arn })
                navigate(accessHref('policies'))
              }}
            >
              <p>
                It is detached first from everybody who has it
                {users.value !== null && ` (${users.value.length})`}: what only it allows is refused from the
                next request on, what it denies is no longer denied. All its versions are deleted.
              </p>
            </Confirm>
          </div>
        )}
      </div>
      {loaded.failure !== null && (
        <Trouble what="The policy could not be loaded." failure={loaded.failure} onRetry={loaded.reload} />
      )}
      <dl class="facts">
        <dt>ARN</dt>
        <dd>
          <code>{arn}</code>
        </dd>
        {loaded.value?.Description && (
          <>
            <dt>Description</dt>
            <dd>{loaded.value.Description}</dd>
          </>
        )}
      </dl>
      {loaded.value?.DefaultVersionId ? (
        <Document
          arn={arn}
          version={loaded.value.DefaultVersionId}
          isFull={(versions.value?.length ?? 0) >= mostVersions}
          onSaved={() => {
            loaded.reload()
            versions.reload()
          }}
        >
          {below}
        </Document>
      ) : (
        loaded.failure !== null && below
      )}
    </>
  )
}

interface DocumentProps {
  readonly arn: string
  readonly version: string
  /** Whether there is no room for another version. */
  readonly isFull: boolean
  onSaved(): void
  /** Stands below it, once it has its height: nothing jumps. */
  readonly children: ComponentChildren
}

function Document({ arn, version, isFull, onSaved, children }: DocumentProps) {
  const loaded = useLoaded(`${arn} ${version}`, (signal) => documentOf(arn, version, signal))
  return (
    <>
      <Panel
        title="In force"
        hint={
          isOfAws(arn)
            ? 'It comes with Wick, as AWS has it, and cannot be changed.'
            : 'Saving makes another version and puts it in force for everybody at once; the ones before stay below.'
        }
        loaded={loaded}
      >
        {(document) =>
          isOfAws(arn) ? (
            <PolicyText document={document} label={policyName(arn)} />
          ) : (
            <>
              {isFull && (
                <p class="notice">
                  There are five versions, which is the most: delete one below before saving.
                </p>
              )}
              <PolicyEditor
                key={version}
                document={document}
                label={policyName(arn)}
                verb="Save as a new version"
                onSave={async (PolicyDocument) => {
                  await iam('CreatePolicyVersion', { PolicyArn: arn, PolicyDocument, SetAsDefault: true })
                  onSaved()
                }}
              />
            </>
          )
        }
      </Panel>
      {(loaded.value !== null || loaded.failure !== null) && children}
    </>
  )
}

function PolicyText({ document, label }: { document: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which needs the keyboard too
    <pre class="policy-text" tabIndex={0} role="region" aria-label={label}>
      <code>{pretty(document)}</code>
    </pre>
  )
}

interface VersionsProps {
  readonly arn: string
  readonly loaded: Loaded<readonly Version[]>
  onChange(): void
}

interface Version {
  readonly VersionId?: string | null
  readonly IsDefaultVersion?: boolean | null
  readonly CreateDate?: number | null
}

function Versions({ arn, loaded, onChange }: VersionsProps) {
  return (
    <Panel title="Versions" hint="The last five, newest first. One of them is in force." loaded={loaded}>
      {(versions) => (
        <div>
          {versions.map(({ VersionId, IsDefaultVersion, CreateDate }) => (
            <VersionRow
              key={VersionId}
              arn={arn}
              id={VersionId ?? ''}
              isInForce={IsDefaultVersion ?? false}
              createdAt={CreateDate ?? 0}
              onChange={onChange}
            />
          ))}
        </div>
      )}
    </Panel>
  )
}

interface VersionRowProps {
  readonly arn: string
  readonly id: string
  readonly isInForce: boolean
  readonly createdAt: number
  onChange(): void
}

function VersionRow({ arn, id, isInForce, createdAt, onChange }: VersionRowProps) {
  const isOpen = useSignal(false)
  return (
    <details
      class="policy"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>
        <strong>{id}</strong> {isInForce ? <span class="state on in-force">in force</span> : null}{' '}
        {!isOfAws(arn) && (
          <span class="quiet">
            <Time at={createdAt} />
          </span>
        )}
      </summary>
      {isOpen.value && (
        <div class="stack">
          <VersionText arn={arn} id={id} />
          {!isInForce && !isOfAws(arn) && (
            <div class="page-actions">
              <Confirm
                label="Put in force"
                name={`Put ${id} in force`}
                title={`Put ${id} in force?`}
                onConfirm={async () => {
                  await iam('SetDefaultPolicyVersion', { PolicyArn: arn, VersionId: id })
                  onChange()
                }}
              >
                <p>It counts from the next request on for everybody who has the policy.</p>
              </Confirm>
              <Confirm
                label="Delete"
                name={`Delete ${id}`}
                title={`Delete ${id}?`}
                onConfirm={async () => {
                  await iam('DeletePolicyVersion', { PolicyArn: arn, VersionId: id })
                  onChange()
                }}
              >
                <p>Nobody is concerned: it is not in force. Its text is not kept.</p>
              </Confirm>
            </div>
          )}
        </div>
      )}
    </details>
  )
}

function VersionText({ arn, id }: { arn: string; id: string }) {
  const { value, failure, reload } = useLoaded(`${arn} ${id}`, (signal) => documentOf(arn, id, signal))
  if (failure !== null) return <Trouble what="It cannot be shown." failure={failure} onRetry={reload} />
  return value === null ? <p class="quiet">Loading…</p> : <PolicyText document={value} label={id} />
}

function NoPolicy({ arn }: { arn: string }) {
  return (
    <section class="obstacle">
      <h1 tabIndex={-1}>There is no policy “{policyName(arn)}”</h1>
      <p>It was deleted, or the link has a typing error.</p>
      <a class="button" href={accessHref('policies')} onClick={followLink}>
        All policies
      </a>
    </section>
  )
}

async function documentOf(PolicyArn: string, VersionId: string, signal?: AbortSignal): Promise<string> {
  const { PolicyVersion } = await iam('GetPolicyVersion', { PolicyArn, VersionId }, signal)
  return PolicyVersion?.Document ?? ''
}

async function holdersOf(PolicyArn: string, signal?: AbortSignal) {
  return iamList(
    'ListEntitiesForPolicy',
    { PolicyArn, PolicyUsageFilter: 'PermissionsPolicy' },
    (page) => [
      ...(page.PolicyUsers ?? []).map(({ UserName }) => ({ kind: 'User' as const, name: UserName ?? '' })),
      ...(page.PolicyGroups ?? []).map(({ GroupName }) => ({
        kind: 'Group' as const,
        name: GroupName ?? '',
      })),
      ...(page.PolicyRoles ?? []).map(({ RoleName }) => ({ kind: 'Role' as const, name: RoleName ?? '' })),
    ],
    signal,
  )
}
