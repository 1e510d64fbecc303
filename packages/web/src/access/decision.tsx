import type { Explanation, MissedStatement, Statement } from '../api/explain-access.ts'
import { followLink } from '../app/location.ts'
import { accessHref } from '../app/routes.ts'

/** Yes or no, and why. */
export function Decision({ explanation }: { explanation: Explanation }) {
  const { decision, layer, matched, missed, principalArn, action, resource } = explanation
  const isAllowed = decision === 'allowed'
  return (
    <section class="panel" aria-labelledby="decision">
      <h2 id="decision" class={isAllowed ? 'verdict yes' : 'verdict no'}>
        {isAllowed ? 'Allowed' : 'Denied'}
      </h2>
      <p>
        <code>{principalArn}</code> {isAllowed ? 'may' : 'may not'} <code>{action}</code> on{' '}
        <code>{resource}</code>
        {decision === 'implicitDeny' && <>: {wanting[layer ?? ''] ?? 'nothing allows it'}</>}.
      </p>
      {matched.length > 0 && (
        <>
          <h3>{isAllowed ? 'Because of' : decision === 'explicitDeny' ? 'Denied by' : 'What does match'}</h3>
          <ul class="statements">
            {matched.map((statement) => (
              <li key={placeOf(statement)}>
                <Place statement={statement} />
              </li>
            ))}
          </ul>
        </>
      )}
      {missed.length > 0 && (
        <>
          <h3>What would have to be different</h3>
          <ul class="statements">
            {missed.map((statement) => (
              <MissedRow key={placeOf(statement)} statement={statement} />
            ))}
          </ul>
        </>
      )}
      {!isAllowed && missed.length === 0 && matched.length === 0 && (
        <p>No statement of any policy is about this: attach a policy that allows it.</p>
      )}
    </section>
  )
}

function MissedRow({ statement }: { statement: MissedStatement }) {
  return (
    <li>
      <Place statement={statement} />
      <br />
      <span class="quiet">does not match: {statement.detail}</span>
    </li>
  )
}

/** Layer for want of whose Allow it is denied, in words. */
const wanting: Readonly<Record<string, string>> = {
  identity: 'no policy of the identity allows it',
  boundary: 'the permissions boundary does not allow it',
  session: 'no policy of the session allows it',
  resource: 'the policy of the resource does not allow it',
  guardrail: 'the policy of the listener does not allow it',
}

function Place({ statement }: { statement: Statement }) {
  const { effect, policy, line, sid } = statement
  return (
    <>
      <span class={effect === 'Allow' ? 'tag' : 'tag harm'}>{effect}</span>{' '}
      {policy.startsWith('arn:') ? (
        <a href={accessHref('policies', policy)} onClick={followLink}>
          {policy}
        </a>
      ) : (
        <strong>{policy}</strong>
      )}
      , line {line}
      {sid !== null && <> ({sid})</>}
    </>
  )
}

function placeOf({ layer, policy, line, sid }: Statement): string {
  return `${layer} ${policy} ${line} ${sid}`
}
