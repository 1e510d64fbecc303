import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import { fetchPolicy, type GroupPolicy, putPermission, removePermission } from '../api/group-settings.ts'
import { useAnswer } from '../app/answer.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'

/** Who else may send profiles: the group's resource policy. */
export function PermissionsPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchPolicy(name, signal))
  const change = useChange()
  const arn = useSignal('')
  const apply = async (task: () => Promise<unknown>, said: string): Promise<boolean> => {
    const isDone = await change.run(task, said)
    // After a conflict, too: what holds now is what one decides on.
    asked.retry()
    return isDone
  }
  const add = (policy: GroupPolicy) => async (event: Event) => {
    event.preventDefault()
    const principals = [...new Set([...policy.principals, arn.value.trim()])]
    if (await apply(() => putPermission(name, principals, policy.revisionId), 'Permission added.'))
      arn.value = ''
  }
  const remove = ({ principals, revisionId }: GroupPolicy, principal: string) => {
    const left = principals.filter((one) => one !== principal)
    void apply(
      () => (left.length === 0 ? removePermission(name, revisionId!) : putPermission(name, left, revisionId)),
      'Permission removed.',
    )
  }
  return (
    <Panel
      title="Permissions"
      about="Users and roles, also of other accounts, that may send profiles to this group (ConfigureAgent and PostAgentProfile), whatever their own policies say."
      action="codeguru-profiler:GetPolicy"
      asked={asked}
      height={90}
    >
      {(policy) => (
        <>
          {policy.principals.length === 0 && <p class="quiet">Nobody: only policies of identities decide.</p>}
          <ul class="settings-list">
            {policy.principals.map((principal) => (
              <li key={principal}>
                <code>{visibleText(principal)}</code>
                <button
                  type="button"
                  class="button small"
                  disabled={change.isBusy.value}
                  aria-label={`Remove ${visibleText(principal)}`}
                  onClick={() => remove(policy, principal)}
                >
                  Remove
                </button>
              </li>
            ))}
          </ul>
          <form class="settings-form" onSubmit={add(policy)}>
            <label class="labelled wide">
              ARN of a user, a role or an account
              <input
                class="field"
                required
                placeholder="arn:aws:iam::123456789012:role/orders-agent"
                value={arn.value}
                onInput={(event) => {
                  arn.value = event.currentTarget.value
                }}
              />
            </label>
            <button type="submit" class="button" disabled={change.isBusy.value}>
              Allow
            </button>
          </form>
          <ChangeTrouble
            change={change}
            what="change who may send profiles"
            action="codeguru-profiler:PutPermission or codeguru-profiler:RemovePermission"
          />
        </>
      )}
    </Panel>
  )
}
