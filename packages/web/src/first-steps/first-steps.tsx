import { useSignal } from '@preact/signals'
import { makeIdentity, type NewKey } from '../access/make-identity.ts'
import { describeGroup } from '../api/operations.ts'
import { useAnswer } from '../app/answer.ts'
import { useChange } from '../app/change.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { agentCommand, agentEnvironment, type Language, languages } from '../app/first-steps.ts'
import { followLink, navigate } from '../app/location.ts'
import { groupHref } from '../app/routes.ts'
import { session } from '../app/session.ts'
import { Problem } from '../sign-in/problem.tsx'
import { createGroup, loadSample } from './sample-group.ts'
import { sampleName } from './sample-tag.ts'

interface Begun {
  readonly group: string
  /** Null where it could not be made: then `problem` says why. */
  readonly key: NewKey | null
}

interface FirstStepsProps {
  /** Whether there is no group at all. */
  readonly isFirst: boolean
  /** The page is not to go away from now on: it shows a secret. */
  onBegin(): void
}

/** From nothing to the first profile, in three steps. */
export function FirstSteps({ isFirst, onBegin }: FirstStepsProps) {
  const begun = useSignal<Begun | null>(null)
  return (
    <section class="steps" aria-label="First steps">
      <p class="lead">
        A profiling group collects the profiles of one application.{' '}
        {isFirst ? 'There is none yet: three' : 'Three'} steps lead to the first profile.
      </p>
      <ol>
        <li>
          <h2>Name the application</h2>
          <NameStep
            begun={begun.value}
            onBegin={(next) => {
              onBegin()
              begun.value = next
            }}
          />
        </li>
        <li>
          <h2>Start it with an agent</h2>
          <AgentStep begun={begun.value} />
        </li>
        <li>
          <h2>Look</h2>
          {begun.value === null ? (
            <p class="quiet">The first profile arrives within minutes, and a link to it appears here.</p>
          ) : (
            <Waiting group={begun.value.group} />
          )}
        </li>
      </ol>
      {isFirst && begun.value === null && <Sample />}
    </section>
  )
}

interface NameStepProps {
  readonly begun: Begun | null
  onBegin(begun: Begun): void
}

function NameStep({ begun, onBegin }: NameStepProps) {
  const { isBusy, problem, run } = useChange()
  if (begun !== null) {
    return (
      <>
        <p>
          The group <strong>{begun.group}</strong> is there
          {begun.key !== null && (
            <>
              , and a user <strong>{begun.key.userName}</strong> who may send its profiles and nothing else
            </>
          )}
          .
        </p>
        <Problem text={problem.value} />
      </>
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const group = String(new FormData(event.currentTarget as HTMLFormElement).get('group')).trim()
    const { value } = session
    if (value.kind !== 'signed-in') return
    const { accountId, region } = value.answer
    void run(async () => {
      await createGroup(group)
      // The group is there whatever becomes of the identity: the steps go on without it.
      const isMade = await run(async () => {
        const key = await makeIdentity('agent', `agent-${group}`.slice(0, 64), {
          accountId,
          region,
          name: group,
        })
        onBegin({ group, key })
      })
      if (!isMade) {
        const why = problem.value
        onBegin({ group, key: null })
        problem.value = `The agent's credentials were not made: ${why}`
      }
    })
  }
  return (
    <form class="stack" onSubmit={submit}>
      <p>This makes its group, and credentials for its agent that may do nothing else.</p>
      <div class="together">
        <input
          class="field grow"
          name="group"
          aria-label="Name of the group"
          required
          maxLength={255}
          pattern="[\w\-]+"
          title="Letters, digits, - and _"
          placeholder="my-app"
          autocomplete="off"
          spellcheck={false}
        />
        <button type="submit" class="button primary" disabled={isBusy.value}>
          Create
        </button>
      </div>
      <Problem text={problem.value} />
    </form>
  )
}

function AgentStep({ begun }: { begun: Begun | null }) {
  const language = useSignal<Language>('Java')
  const { value } = session
  const region = value.kind === 'signed-in' ? value.answer.region : ''
  const { origin } = window.location
  const environment = agentEnvironment({
    origin,
    region,
    accessKeyId: begun?.key?.accessKeyId ?? '…',
    secretAccessKey: begun?.key?.secretAccessKey ?? '…',
  })
  return (
    <div class="stack">
      <fieldset class="segments">
        <legend class="visually-hidden">Language</legend>
        {languages.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="language"
              checked={one === language.value}
              onChange={() => {
                language.value = one
              }}
            />
            <span>{one}</span>
          </label>
        ))}
      </fieldset>
      <p>
        In a shell on the application's machine.
        {begun?.key && (
          <>
            {' '}
            <strong>The secret is shown this once.</strong>
          </>
        )}
        {origin.startsWith('https:') && (
          <>
            {' '}
            <code>ca.pem</code> is the file <code>DIR/tls/ca.pem</code> of the server, whose data directory is
            DIR.
          </>
        )}
      </p>
      <CodeBlock code={environment} label="settings and credentials" />
      {language.value !== "Python, AWS's agent" && (
        <p class="quiet">
          <code>WICK</code> is Wick's own directory; <code>make agents</code> there builds the agents.
        </p>
      )}
      <CodeBlock
        code={agentCommand(language.value, begun?.group ?? 'my-app')}
        label={`start a program: ${language.value}`}
      />
    </div>
  )
}

const askAgainMilliseconds = 3000

function Waiting({ group }: { group: string }) {
  const asked = useAnswer(group, (signal) => describeGroup(group, signal), askAgainMilliseconds)
  const { value, failure } = asked.answer.value
  const isThere = value?.profilingStatus.latestAgentProfileReportedAt !== undefined
  return (
    <div role="status">
      {isThere ? (
        <p>
          <span class="state on">The first profile is here.</span>{' '}
          <a class="button primary" href={groupHref(group)} onClick={followLink}>
            Open {group}
          </a>
        </p>
      ) : (
        <p>
          <span class="state off waiting">Waiting for the first profile…</span>{' '}
          <span class="quiet">
            {failure === null
              ? 'An agent reports for the first time after some minutes.'
              : `${failure.message} Asking again.`}
          </span>
        </p>
      )}
    </div>
  )
}

/** For who wants to look around first. */
function Sample() {
  const { isBusy, problem, run } = useChange()
  const share = useSignal(0)
  const load = async () => {
    const isLoaded = await run(() =>
      loadSample((done) => {
        share.value = done
      }),
    )
    if (isLoaded) navigate(groupHref(sampleName, 'overview'))
  }
  return (
    <div class="sample">
      <h2>Or look around first</h2>
      <p>
        A sample group holds made-up profiles of a shop, of today and yesterday. It is marked as a sample and
        removed with one click.
      </p>
      <Problem text={problem.value} />
      <button type="button" class="button" disabled={isBusy.value} onClick={() => void load()}>
        {isBusy.value ? `Loading… ${Math.round(share.value * 100)} %` : 'Load the sample group'}
      </button>
    </div>
  )
}
