import { session } from '../app/session.ts'
import { usePageTitle } from '../pages/page-title.ts'
import { Passkeys } from './passkeys.tsx'
import { PasswordChange } from './password-change.tsx'

/** Who is signed in, and what they may change about how they sign in. */
export function AccountPage() {
  usePageTitle('Your account')
  const { value } = session
  if (value.kind !== 'signed-in') return null
  const { user, accountId } = value.answer
  const isUser = user.arn.includes(':user/')
  return (
    <div class="page narrow stack">
      <h1 tabIndex={-1}>Your account</h1>
      <dl class="facts">
        <dt>Name</dt>
        <dd>{user.name}</dd>
        <dt>Identity</dt>
        <dd>
          <code>{user.arn}</code>
        </dd>
        <dt>Account</dt>
        <dd>
          <code>{accountId}</code>
        </dd>
      </dl>
      {isUser ? (
        <>
          <PasswordChange />
          <Passkeys />
        </>
      ) : (
        <p class="notice">You are signed in with a role: whoever vouches for you keeps your password.</p>
      )}
    </div>
  )
}
