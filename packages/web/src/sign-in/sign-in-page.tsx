import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { fetchSignInOptions, type SignInOptions, type SignInStep } from '../api/sign-in.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { location } from '../app/location.ts'
import { Mark } from '../app/mark.tsx'
import { resumeSession, type SignedOutReason, session } from '../app/session.ts'
import { Trouble } from '../app/trouble.tsx'
import { usePageTitle } from '../pages/page-title.ts'
import { NextStep } from './next-step.tsx'
import { PasswordForm } from './password-form.tsx'

/** Shown to everyone who is not signed in, whatever they asked for. */
export function SignInPage() {
  usePageTitle('Sign in')
  const { value } = session
  if (value.kind !== 'signed-out') return <div class="sheet-page" aria-busy="true" />
  const { why } = value
  return (
    <div class="sheet-page">
      <section class="card sign-in">
        <Mark size={40} />
        <h1 tabIndex={-1}>{headings[why.kind]}</h1>
        {why.kind === 'failure' ? (
          <Trouble
            what="Signing in did not work."
            failure={why.failure}
            onRetry={() => void resumeSession()}
          />
        ) : (
          <WaysIn
            explanation={troubleInAddress() ?? explanations[why.kind]}
            first={why.kind === 'step' ? why.step : null}
          />
        )}
      </section>
    </div>
  )
}

/** A password, the identity provider where there is one, and the link from the command line. */
function WaysIn({ explanation, first }: { explanation: string | null; first: SignInStep | null }) {
  const options = useSignal<SignInOptions | null>(null)
  const step = useSignal<SignInStep | null>(first)
  useEffect(() => {
    // Without an answer the password form is there all the same: signing in says what is wrong.
    fetchSignInOptions().then(
      (found) => {
        options.value = found
      },
      () => {},
    )
  }, [])
  if (step.value !== null)
    return (
      <NextStep
        step={step.value}
        onStep={(next) => {
          step.value = next
        }}
      />
    )
  return (
    <>
      {explanation !== null && <p>{explanation}</p>}
      {options.value?.provider && (
        <>
          <a class="button wide" href="/v1/console/oidc">
            Sign in with {new URL(options.value.provider).host}
          </a>
          <p class="divider quiet">or</p>
        </>
      )}
      <PasswordForm
        accountId={options.value?.accountId ?? null}
        onStep={(next) => {
          step.value = next
        }}
      />
      <details class="quiet" open>
        <summary>No password yet?</summary>
        <p>
          On the machine that keeps the server's data (DIR is that directory) this prints a link that works
          once, for a few minutes. Open it in this browser.
        </p>
        <CodeBlock code="./wick console --data DIR" label="get a sign-in link" />
        <p>It signs in the administrator, who gives other users passwords:</p>
        <CodeBlock
          code="aws iam create-login-profile --user-name NAME --password …"
          label="give a user a password"
        />
      </details>
    </>
  )
}

const headings: Readonly<Record<SignedOutReason['kind'], string>> = {
  never: 'Sign in to Wick',
  ended: 'Your session has ended',
  left: 'You are signed out',
  ticket: 'This link has been used or has expired',
  step: 'Sign in to Wick',
  failure: 'Sign in to Wick',
}

const explanations: Readonly<Record<Exclude<SignedOutReason['kind'], 'failure'>, string | null>> = {
  never: null,
  ended: 'Sessions end after an hour without use, and after twelve hours in any case.',
  left: null,
  step: null,
  ticket: 'A sign-in link works once and only for a short time. Get a new one, or use your password.',
}

/** What went wrong at the identity provider, which can only send people back here. */
const troubles: Readonly<Record<string, string>> = {
  'no-role':
    'Your identity provider knows you, but none of your groups has a role here. Ask the administrator of Wick.',
  refused: 'The sign-in at your identity provider was not completed, or took too long. Try again.',
  provider: 'The identity provider does not answer. Try again later, or use a password.',
}

function troubleInAddress(): string | null {
  const name = location.value.searchParams.get('trouble')
  return name !== null && Object.hasOwn(troubles, name) ? troubles[name]! : null
}
