import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import {
  type Delivery,
  fetchDeliveries,
  resendDeliveries,
  type TestResult,
  testNotifications,
} from '../api/notifications.ts'
import { useAnswer } from '../app/answer.ts'
import { Time } from '../app/time.tsx'
import { exactTime } from '../format/times.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'
import { shownTarget } from './shown-target.ts'

/** What was given up last stands here, or is asked for at the API. */
const mostShown = 10
const refreshMs = 30_000

/** By state: its words, and how its badge looks. */
const states: Readonly<Record<Delivery['state'], readonly [words: string, look: string]>> = {
  sent: ['Sent', 'tag good'],
  pending: ['Waiting', 'tag unknown'],
  dead: ['Given up', 'tag harm'],
}

/** What became of the group's notifications; a test on request. */
export function DeliveriesPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchDeliveries(name, signal), refreshMs)
  const change = useChange()
  const results = useSignal<readonly TestResult[] | null>(null)
  const test = () => {
    const task = async () => {
      results.value = await testNotifications(name)
    }
    void change.run(task, 'Test sent.')
  }
  const resend = async () => {
    if (await change.run(() => resendDeliveries(name), 'What was given up is tried again.')) asked.retry()
  }
  const tools = (
    <button type="button" class="button small" disabled={change.isBusy.value} onClick={test}>
      Send a test
    </button>
  )
  return (
    <Panel
      title="Notifications"
      about="The last notifications of this group, and who took them. Each is tried again for about eight hours."
      action="codeguru-profiler:GetNotificationConfiguration"
      asked={asked}
      tools={tools}
      height={90}
    >
      {(deliveries) => (
        <>
          <TestResults results={results.value} />
          {deliveries.length === 0 && <p class="quiet">None yet.</p>}
          <ul class="settings-list">
            {deliveries.slice(0, mostShown).map((delivery) => (
              <DeliveryItem
                key={`${delivery.time} ${delivery.target} ${delivery.title}`}
                delivery={delivery}
              />
            ))}
          </ul>
          {deliveries.some(({ state }) => state === 'dead') && (
            <button type="button" class="button" disabled={change.isBusy.value} onClick={() => void resend()}>
              Try again what was given up
            </button>
          )}
          <ChangeTrouble
            change={change}
            what="send notifications"
            action="wick:TestNotifications or wick:ResendDeliveries"
          />
        </>
      )}
    </Panel>
  )
}

function TestResults({ results }: { readonly results: readonly TestResult[] | null }) {
  if (results === null) return null
  if (results.length === 0)
    return (
      <p class="notice" role="status">
        Nobody is told what concerns this group: add a channel, a webhook or a chat above.
      </p>
    )
  return (
    <div class="notice" role="status">
      <ul>
        {results.map(({ target, error }) => (
          <li key={target}>
            {shownTarget(target)}{' '}
            {error === null ? 'took the test.' : `did not take the test: ${visibleText(error)}.`}
          </li>
        ))}
      </ul>
    </div>
  )
}

function DeliveryItem({ delivery: { state, title, target, time, error } }: { readonly delivery: Delivery }) {
  const [words, look] = states[state]
  const at = Date.parse(time)
  return (
    <li>
      <span>
        <span class={look}>{words}</span> {title === null ? 'A notification of long ago' : visibleText(title)}
        <span class="quiet">
          {' '}
          · {shownTarget(target)}
          {error !== null && ` · ${visibleText(error)}`}
        </span>
      </span>
      <span class="quiet">
        {state === 'pending' ? (
          <>
            next attempt <Time at={at}>{exactTime(at)}</Time>
          </>
        ) : (
          <Time at={at} />
        )}
      </span>
    </li>
  )
}
