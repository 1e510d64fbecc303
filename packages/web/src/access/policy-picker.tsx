import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { iamList } from '../api/iam.ts'
import { NamePicker } from './name-picker.tsx'

interface PolicyPickerProps {
  readonly label: string
  readonly verb: string
  /** ARNs not to offer. */
  readonly taken: readonly string[]
  /** @throws ApiFailure */
  onPick(arn: string): Promise<void>
}

/** One of the managed policies, by name or ARN. */
export function PolicyPicker({ label, verb, taken, onPick }: PolicyPickerProps) {
  const policies = useSignal<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    // Without iam:ListPolicies the ARN is typed.
    iamList('ListPolicies', {}, (page) => page.Policies).then(
      (found) => {
        policies.value = new Map(found.map(({ PolicyName, Arn }) => [PolicyName ?? '', Arn ?? '']))
      },
      () => {},
    )
  }, [])
  const offered = [...policies.value].filter(([, arn]) => !taken.includes(arn)).map(([name]) => name)
  return (
    <NamePicker
      label={label}
      verb={verb}
      names={offered}
      placeholder="Name or ARN"
      onPick={(typed) => onPick(policies.value.get(typed) ?? typed)}
    />
  )
}
