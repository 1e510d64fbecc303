import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { fetchTags, putTag, removeTag } from '../api/group-settings.ts'
import { useAnswer } from '../app/answer.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'

/** Words for a group, which policies can ask for. @param arn null while it is not known */
export function TagsPanel({ arn }: { arn: string | null }) {
  const asked = useAnswer(arn, (signal) => fetchTags(arn!, signal))
  const change = useChange()
  const key = useSignal('')
  const value = useSignal('')
  const add = async (event: Event) => {
    event.preventDefault()
    if (!(await change.run(() => putTag(arn!, key.value, value.value), 'Tag set.'))) return
    key.value = ''
    value.value = ''
    asked.retry()
  }
  const remove = async (tag: string) => {
    if (await change.run(() => removeTag(arn!, tag), 'Tag removed.')) asked.retry()
  }
  return (
    <Panel
      title="Tags"
      about="Keys and values for this group. Policies can ask for them (aws:ResourceTag), so a tag can decide who may do what."
      action="codeguru-profiler:ListTagsForResource"
      asked={asked}
      height={90}
    >
      {(tags) => (
        <>
          {Object.keys(tags).length === 0 && <p class="quiet">No tags.</p>}
          <ul class="settings-list">
            {Object.entries(tags)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([tag, text]) => (
                <li key={tag}>
                  <code>
                    {visibleText(tag)} = {text === '' ? '' : visibleText(text)}
                  </code>
                  <button
                    type="button"
                    class="button small"
                    disabled={change.isBusy.value}
                    aria-label={`Remove the tag ${visibleText(tag)}`}
                    onClick={() => void remove(tag)}
                  >
                    Remove
                  </button>
                </li>
              ))}
          </ul>
          <form class="settings-form" onSubmit={add}>
            <label class="labelled">
              Key
              <input
                class="field"
                required
                maxLength={128}
                value={key.value}
                onInput={(event) => {
                  key.value = event.currentTarget.value
                }}
              />
            </label>
            <label class="labelled">
              Value
              <input
                class="field"
                maxLength={256}
                value={value.value}
                onInput={(event) => {
                  value.value = event.currentTarget.value
                }}
              />
            </label>
            <button type="submit" class="button" disabled={change.isBusy.value}>
              Set tag
            </button>
          </form>
          <ChangeTrouble
            change={change}
            what="change tags"
            action="codeguru-profiler:TagResource or codeguru-profiler:UntagResource"
          />
        </>
      )}
    </Panel>
  )
}
