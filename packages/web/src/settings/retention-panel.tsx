import { useSignal } from '@preact/signals'
import {
  deleteRetention,
  fetchRetention,
  putRetention,
  type Retention,
  type RetentionRule,
} from '../api/group-settings.ts'
import { useAnswer } from '../app/answer.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'

const fields: readonly { readonly field: keyof RetentionRule; readonly label: string }[] = [
  { field: 'fiveMinuteDays', label: 'Every five minutes, host by host' },
  { field: 'hourlyDays', label: 'Summed by the hour' },
  { field: 'dailyDays', label: 'Summed by the day' },
]

/** How long the group's profiles are kept. */
export function RetentionPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchRetention(name, signal))
  return (
    <Panel
      title="Retention"
      about="How many days profiles are kept, the finer ones for a shorter time. What is older goes within ten minutes, for good."
      action="wick:GetRetention"
      asked={asked}
      height={120}
    >
      {(retention) => (
        <RetentionForm
          key={JSON.stringify(retention)}
          name={name}
          retention={retention}
          onChanged={asked.retry}
        />
      )}
    </Panel>
  )
}

interface RetentionFormProps {
  readonly name: string
  readonly retention: Retention
  onChanged(): void
}

function RetentionForm({ name, retention, onChanged }: RetentionFormProps) {
  const { isDefault, fiveMinuteDays, hourlyDays, dailyDays } = retention
  const rule = useSignal<RetentionRule>({ fiveMinuteDays, hourlyDays, dailyDays })
  const change = useChange()
  const save = async (event: Event) => {
    event.preventDefault()
    if (await change.run(() => putRetention(name, rule.value), 'Retention saved.')) onChanged()
  }
  const reset = async () => {
    if (await change.run(() => deleteRetention(name), "The server's settings hold.")) onChanged()
  }
  return (
    <>
      <p class="quiet">
        {isDefault ? "The server's settings hold for this group." : 'This group has a rule of its own.'}
      </p>
      <form class="settings-form" onSubmit={save}>
        {fields.map(({ field, label }) => (
          <label key={field} class="labelled">
            {label}, days
            <input
              class="field"
              type="number"
              required
              min={1}
              max={36_500}
              value={rule.value[field]}
              onInput={(event) => {
                rule.value = { ...rule.value, [field]: event.currentTarget.valueAsNumber }
              }}
            />
          </label>
        ))}
        <button type="submit" class="button" disabled={change.isBusy.value}>
          Save
        </button>
        {!isDefault && (
          <button
            type="button"
            class="button plain"
            disabled={change.isBusy.value}
            onClick={() => void reset()}
          >
            Use the server's settings
          </button>
        )}
      </form>
      <ChangeTrouble
        change={change}
        what="change retention"
        action="wick:PutRetention or wick:DeleteRetention"
      />
    </>
  )
}
