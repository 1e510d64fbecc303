import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Explanation, explainAccess } from '../api/explain-access.ts'
import { iamList } from '../api/iam.ts'
import { listGroups } from '../api/operations.ts'
import { useAnswer } from '../app/answer.ts'
import { location, navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Trouble } from '../app/trouble.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { actions } from './actions.ts'
import { Decision } from './decision.tsx'
import { type Question, queryOf, questionIn, resourceArn } from './question.ts'
import { useAccount } from './use-account.ts'

/** Whether somebody could do something, and why: nothing is done. The question is in the address. */
export function SimulatorPage() {
  usePageTitle('Simulator')
  const account = useAccount()
  const question = questionIn(location.value.searchParams, account.arn)
  const isAsked = question.action !== ''
  const asked = useAnswer<Explanation>(isAsked ? queryOf(question) : null, (signal) =>
    explainAccess({ ...question, resource: resourceArn(question.resource, account) }, signal),
  )
  const { value, failure, isLoading } = asked.answer.value
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Simulator</h1>
      </div>
      <p class="quiet">
        Whether somebody could do something, and which statements of which policies say so. It asks the same
        function as every call; nothing is done.
      </p>
      <QuestionForm key={queryOf(question)} question={question} />
      <div aria-live="polite" aria-busy={isLoading}>
        {failure !== null && (
          <Trouble what="That could not be answered." failure={failure} onRetry={asked.retry} />
        )}
        {isAsked && value !== null && failure === null && <Decision explanation={value} />}
      </div>
    </>
  )
}

interface Known {
  readonly principals: readonly string[]
  readonly groups: readonly string[]
}

function QuestionForm({ question }: { question: Question }) {
  const known = useSignal<Known>({ principals: [], groups: [] })
  useEffect(() => {
    void suggestions().then((found) => {
      known.value = found
    })
  }, [])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    const asked = {
      principalArn: text('who'),
      action: text('action').includes(':') ? text('action') : `codeguru-profiler:${text('action')}`,
      resource: text('what') || '*',
      context: contextIn(text('context')),
    }
    navigate(`${accessHref('simulator')}?${queryOf(asked)}`)
  }
  return (
    <form class="panel question" onSubmit={submit}>
      <label class="labelled">
        Who
        <input
          class="field"
          name="who"
          required
          defaultValue={question.principalArn}
          list="simulator-who"
          placeholder="ARN of a user, user group or role"
          autocomplete="off"
          spellcheck={false}
        />
        <Suggestions id="simulator-who" values={known.value.principals} />
      </label>
      <label class="labelled">
        Does what
        <input
          class="field"
          name="action"
          required
          defaultValue={question.action}
          list="simulator-action"
          placeholder="codeguru-profiler:GetProfile"
          autocomplete="off"
          spellcheck={false}
        />
        <Suggestions id="simulator-action" values={actions} />
      </label>
      <label class="labelled">
        On what
        <input
          class="field"
          name="what"
          defaultValue={question.resource}
          list="simulator-what"
          placeholder="a profiling group, an ARN, or * for anything"
          autocomplete="off"
          spellcheck={false}
        />
        <Suggestions id="simulator-what" values={known.value.groups} />
      </label>
      <details open={Object.keys(question.context).length > 0}>
        <summary>With what else is known of the call</summary>
        <label class="labelled">
          Condition keys, one a line
          <textarea
            class="field context"
            name="context"
            rows={3}
            defaultValue={Object.entries(question.context)
              .map(([key, one]) => `${key}=${one}`)
              .join('\n')}
            placeholder={'aws:SourceIp=10.0.0.1\naws:MultiFactorAuthPresent=true'}
            spellcheck={false}
          />
        </label>
      </details>
      <div>
        <button type="submit" class="button primary">
          Ask
        </button>
      </div>
    </form>
  )
}

function Suggestions({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((one) => (
        <option key={one} value={one} />
      ))}
    </datalist>
  )
}

/** `KEY=VALUE` a line; lines without a key mean nothing. */
function contextIn(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').flatMap((line) => {
    const equals = line.indexOf('=')
    return equals < 1 ? [] : [[line.slice(0, equals).trim(), line.slice(equals + 1).trim()]]
  })
  return Object.fromEntries(pairs)
}

/** What may not be listed is typed. */
async function suggestions(): Promise<Known> {
  const none = () => []
  const [users, userGroups, roles, groups] = await Promise.all([
    iamList('ListUsers', {}, (page) => page.Users).catch(none),
    iamList('ListGroups', {}, (page) => page.Groups).catch(none),
    iamList('ListRoles', {}, (page) => page.Roles).catch(none),
    listGroups().catch(none),
  ])
  return {
    principals: [...users, ...userGroups, ...roles].map(({ Arn }) => Arn),
    groups: groups.map(({ name }) => name),
  }
}
