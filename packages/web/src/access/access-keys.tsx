import { useSignal } from '@preact/signals'
import { iam, iamList } from '../api/iam.ts'
import { useChange } from '../app/change.ts'
import { Confirm } from '../app/confirm.tsx'
import { useLoaded } from '../app/loaded.ts'
import { now } from '../app/now.ts'
import { Panel } from '../app/panel.tsx'
import { Time } from '../app/time.tsx'
import { Problem } from '../sign-in/problem.tsx'
import { makeKey, type NewKey } from './make-identity.ts'
import { NewKeyNotice } from './new-key.tsx'

interface Key {
  readonly id: string
  readonly isActive: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** Null where it was never used, or that may not be known. */
  readonly lastUsed: { readonly at: number; readonly service: string } | null
}

const mostKeys = 2
/** Older ones are worth to be changed. */
const oldDays = 90
const dayMilliseconds = 86_400_000

export function AccessKeys({ userName }: { userName: string }) {
  const loaded = useLoaded(userName, (signal) => listKeys(userName, signal))
  const made = useSignal<NewKey | null>(null)
  const { isBusy, problem, run } = useChange()
  const create = () =>
    void run(async () => {
      made.value = await makeKey(userName)
      loaded.reload()
    })
  return (
    <Panel
      title="Access keys"
      hint="What programs sign their requests with. To change one: make the second, hand it out, then delete the first."
      loaded={loaded}
      actions={
        <button
          type="button"
          class="button"
          disabled={isBusy.value || (loaded.value?.length ?? 0) >= mostKeys}
          title={(loaded.value?.length ?? 0) >= mostKeys ? 'A user has two keys at most.' : undefined}
          onClick={create}
        >
          Create a key
        </button>
      }
    >
      {(keys) => (
        <>
          <Problem text={problem.value} />
          {made.value !== null && <NewKeyNotice made={made.value} />}
          {keys.length === 0 ? (
            <p>None: programs cannot act as this user.</p>
          ) : (
            <table class="rows">
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">State</th>
                  <th scope="col">Age</th>
                  <th scope="col">Last used</th>
                  <th scope="col">
                    <span class="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {keys.map((key) => (
                  <KeyRow key={key.id} userName={userName} accessKey={key} onChange={loaded.reload} />
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </Panel>
  )
}

interface KeyRowProps {
  readonly userName: string
  readonly accessKey: Key
  onChange(): void
}

function KeyRow({ userName, accessKey: { id, isActive, createdAt, lastUsed }, onChange }: KeyRowProps) {
  const days = Math.floor((now.value - createdAt) / dayMilliseconds)
  const setActive = async (Status: 'Active' | 'Inactive') => {
    await iam('UpdateAccessKey', { UserName: userName, AccessKeyId: id, Status })
    onChange()
  }
  return (
    <tr>
      <th scope="row">
        <code>{id}</code>
      </th>
      <td>
        <span class={`state ${isActive ? 'on' : 'off'}`}>{isActive ? 'Active' : 'Inactive'}</span>
      </td>
      <td>
        <Time at={createdAt}>
          {days === 0 ? 'today' : days === 1 ? '1 day' : `${days} days`}
          {days >= oldDays && <span class="warning"> · change it</span>}
        </Time>
      </td>
      <td>
        {lastUsed === null ? (
          <span class="quiet">never</span>
        ) : (
          <>
            <Time at={lastUsed.at} /> <span class="quiet">{lastUsed.service}</span>
          </>
        )}
      </td>
      <td class="actions">
        {isActive ? (
          <Confirm
            label="Deactivate"
            name={`Deactivate ${id}`}
            title={`Deactivate ${id}?`}
            isSmall
            onConfirm={() => setActive('Inactive')}
          >
            <p>
              The next request that is signed with it is refused, so programs that use it stop. It can be
              activated again. Temporary credentials that were asked for with it go on until they end.
            </p>
          </Confirm>
        ) : (
          <Activate id={id} onActivate={() => setActive('Active')} />
        )}
        <Confirm
          label="Delete"
          name={`Delete ${id}`}
          title={`Delete ${id}?`}
          isSmall
          onConfirm={async () => {
            await iam('DeleteAccessKey', { UserName: userName, AccessKeyId: id })
            onChange()
          }}
        >
          <p>
            It never works again, and its secret cannot be had back.{' '}
            {lastUsed === null ? (
              'It was never used.'
            ) : (
              <>
                It was used last <Time at={lastUsed.at} />.
              </>
            )}
          </p>
        </Confirm>
      </td>
    </tr>
  )
}

function Activate({ id, onActivate }: { id: string; onActivate(): Promise<void> }) {
  const { isBusy, problem, run } = useChange()
  return (
    <>
      <button
        type="button"
        class="button small"
        aria-label={`Activate ${id}`}
        disabled={isBusy.value}
        title={problem.value ?? undefined}
        onClick={() => void run(onActivate)}
      >
        Activate
      </button>
      <Problem text={problem.value} />
    </>
  )
}

async function listKeys(UserName: string, signal: AbortSignal): Promise<readonly Key[]> {
  const listed = await iamList('ListAccessKeys', { UserName }, (page) => page.AccessKeyMetadata, signal)
  return Promise.all(
    listed.map(async ({ AccessKeyId, Status, CreateDate }) => ({
      id: AccessKeyId ?? '',
      isActive: Status === 'Active',
      createdAt: CreateDate ?? 0,
      lastUsed: await lastUseOf(AccessKeyId ?? '', signal),
    })),
  )
}

async function lastUseOf(AccessKeyId: string, signal: AbortSignal): Promise<Key['lastUsed']> {
  const { AccessKeyLastUsed } = await iam('GetAccessKeyLastUsed', { AccessKeyId }, signal)
  const at = AccessKeyLastUsed?.LastUsedDate
  return at === undefined || at === null ? null : { at, service: AccessKeyLastUsed?.ServiceName ?? '' }
}
