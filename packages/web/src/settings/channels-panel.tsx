import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { addChannel, fetchChannels, removeChannel } from '../api/group-settings.ts'
import { useAnswer } from '../app/answer.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'

/** As many as a group may have. */
const mostChannels = 2

/** Where anomalies of the group are to be told. */
export function ChannelsPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchChannels(name, signal))
  const change = useChange()
  const uri = useSignal('')
  const add = async (event: Event) => {
    event.preventDefault()
    if (!(await change.run(() => addChannel(name, uri.value.trim()), 'Channel added.'))) return
    uri.value = ''
    asked.retry()
  }
  const remove = async (id: string) => {
    if (await change.run(() => removeChannel(name, id), 'Channel removed.')) asked.retry()
  }
  return (
    <Panel
      title="Notification channels"
      about="SNS topics that are told of anomalies when they begin and when they are over, and of alarms; at most two."
      action="codeguru-profiler:GetNotificationConfiguration"
      asked={asked}
      height={90}
    >
      {(channels) => (
        <>
          {channels.length === 0 && <p class="quiet">No channels.</p>}
          <ul class="settings-list">
            {channels.map((channel) => (
              <li key={channel.id}>
                <code>{visibleText(channel.uri)}</code>
                <button
                  type="button"
                  class="button small"
                  disabled={change.isBusy.value}
                  aria-label={`Remove the channel ${visibleText(channel.uri)}`}
                  onClick={() => void remove(channel.id)}
                >
                  Remove
                </button>
              </li>
            ))}
          </ul>
          {channels.length < mostChannels && (
            <form class="settings-form" onSubmit={add}>
              <label class="labelled wide">
                ARN of a topic
                <input
                  class="field"
                  required
                  placeholder="arn:aws:sns:us-east-1:123456789012:profiling"
                  value={uri.value}
                  onInput={(event) => {
                    uri.value = event.currentTarget.value
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
            what="change channels"
            action="codeguru-profiler:AddNotificationChannels or codeguru-profiler:RemoveNotificationChannel"
          />
        </>
      )}
    </Panel>
  )
}
