import { useSignal } from '@preact/signals'
import type { ReceiverKind, ShownReceiver } from '@wick/wire'
import { visibleText } from '@wick/wire/visible-text'
import { addReceiver, fetchReceivers, removeReceiver } from '../api/notifications.ts'
import { useAnswer } from '../app/answer.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'
import { shownReceiver } from './shown-target.ts'

/** As many as a group may have. */
const mostReceivers = 5

const kinds: Readonly<Record<ReceiverKind, string>> = {
  webhook: 'Webhook, JSON',
  slack: 'Slack or compatible',
  eventbridge: 'EventBridge events',
  email: 'E-mail',
}

/** Who is told what concerns the group, beside its topics. */
export function ReceiversPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchReceivers(name, signal))
  const change = useChange()
  const kind = useSignal<ReceiverKind>('webhook')
  const isMail = kind.value === 'email'
  const url = useSignal('')
  /** What the last one is signed with: shown once. */
  const secret = useSignal<string | null>(null)
  const add = async (event: Event) => {
    event.preventDefault()
    const task = async () => {
      secret.value = (await addReceiver(name, kind.value, url.value.trim())).secret
    }
    if (!(await change.run(task, 'Receiver added.'))) return
    url.value = ''
    asked.retry()
  }
  const remove = async ({ id }: ShownReceiver) => {
    if (!(await change.run(() => removeReceiver(name, id), 'Receiver removed.'))) return
    secret.value = null
    asked.retry()
  }
  return (
    <Panel
      title="Webhooks, chats and mail"
      about="Told of anomalies, recommendations and alarms of this group, at most five. Their addresses are kept encrypted."
      action="codeguru-profiler:GetNotificationConfiguration"
      asked={asked}
      height={90}
    >
      {(receivers) => (
        <>
          {receivers.length === 0 && <p class="quiet">None.</p>}
          <ul class="settings-list">
            {receivers.map((receiver) => (
              <li key={receiver.id}>
                <span>
                  {kinds[receiver.kind]} at <code>{visibleText(receiver.address)}</code>
                  <span class="quiet">
                    {' '}
                    · {receiver.topics.join(', ')} · {shownReceiver(receiver.id)}
                  </span>
                </span>
                <button
                  type="button"
                  class="button small"
                  disabled={change.isBusy.value}
                  aria-label={`Remove the receiver at ${visibleText(receiver.address)}`}
                  onClick={() => void remove(receiver)}
                >
                  Remove
                </button>
              </li>
            ))}
          </ul>
          {secret.value !== null && (
            <div class="notice" role="status">
              <p>
                <strong>Signed with this secret.</strong> It is shown only now: keep it where the receiver
                runs.
              </p>
              <CodeBlock code={secret.value} label="the secret of the receiver" />
            </div>
          )}
          {receivers.length < mostReceivers && (
            <form class="settings-form" onSubmit={add}>
              <label class="labelled">
                Kind
                <select
                  class="field"
                  value={kind.value}
                  onChange={(event) => {
                    kind.value = event.currentTarget.value as ReceiverKind
                  }}
                >
                  {Object.entries(kinds).map(([value, words]) => (
                    <option key={value} value={value}>
                      {words}
                    </option>
                  ))}
                </select>
              </label>
              <label class="labelled wide">
                {isMail ? 'Address' : 'URL, by HTTPS'}
                <input
                  class="field"
                  type="text"
                  inputMode={isMail ? 'email' : 'url'}
                  required
                  autocomplete="off"
                  placeholder={isMail ? 'on-call@example.com' : 'https://hooks.example.com/profiling'}
                  value={url.value}
                  onInput={(event) => {
                    url.value = event.currentTarget.value
                  }}
                />
              </label>
              <button type="submit" class="button" disabled={change.isBusy.value}>
                Add
              </button>
            </form>
          )}
          <ChangeTrouble
            change={change}
            what="change receivers"
            action="wick:AddReceiver or wick:RemoveReceiver"
          />
        </>
      )}
    </Panel>
  )
}
