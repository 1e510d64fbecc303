import { useSignal } from '@preact/signals'
import { iam, iamList } from '../api/iam.ts'
import { useLoaded } from '../app/loaded.ts'
import { navigate } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'
import { Time } from '../app/time.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { CreateForm } from './create-form.tsx'
import { EntityList, FilterField, matching, NameLink } from './entity-list.tsx'
import { isOfAws } from './policy-arn.ts'

export function PoliciesPage() {
  usePageTitle('Policies')
  const loaded = useLoaded('policies', (signal) =>
    iamList('ListPolicies', {}, (page) => page.Policies, signal),
  )
  const filter = useSignal('')
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>Policies</h1>
        <div class="page-actions">
          <FilterField label="Filter policies by name" value={filter} />
          <CreateForm
            label="Create a policy"
            noun="policy"
            hint="It allows looking at all profiling groups at first; its page is where it is edited. Nobody has it until it is attached."
            onCreate={async (PolicyName) => {
              const { Policy } = await iam('CreatePolicy', { PolicyName, PolicyDocument: firstPolicy })
              navigate(accessHref('policies', Policy?.Arn ?? ''))
            }}
          />
        </div>
      </div>
      <p class="quiet">
        What is allowed and denied, in the language of AWS's IAM: kept once, attached to users, user groups
        and roles.
      </p>
      <EntityList
        loaded={loaded}
        noun="policy"
        columns={['Name', 'Kept by', 'Attached to', 'Changed']}
        find={(policies) => matching(policies, filter.value, ({ PolicyName }) => PolicyName ?? '')}
        row={({ PolicyName, Arn, AttachmentCount, UpdateDate }) => (
          <tr key={Arn}>
            <th scope="row">
              <NameLink section="policies" name={Arn ?? ''} text={PolicyName ?? ''} />
            </th>
            <td>{isOfAws(Arn ?? '') ? <span class="quiet">Wick, as AWS has it</span> : 'you'}</td>
            <td>{AttachmentCount === 0 ? <span class="quiet">nobody</span> : AttachmentCount}</td>
            <td>{isOfAws(Arn ?? '') ? <span class="quiet">—</span> : <Time at={UpdateDate ?? 0} />}</td>
          </tr>
        )}
      />
    </>
  )
}

const firstPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "codeguru-profiler:ListProfilingGroups",
        "codeguru-profiler:DescribeProfilingGroup",
        "codeguru-profiler:GetProfile"
      ],
      "Resource": "*"
    }
  ]
}`
