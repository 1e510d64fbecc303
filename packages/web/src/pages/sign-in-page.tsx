import { CodeBlock } from '../app/code-block.tsx'
import { Mark } from '../app/mark.tsx'
import { resumeSession, type SignedOutReason, session } from '../app/session.ts'
import { Trouble } from '../app/trouble.tsx'
import { usePageTitle } from './page-title.ts'

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
          <>
            <p>{explanations[why.kind]}</p>
            <CodeBlock code="./wick console --data DIR" label="get a sign-in link" />
            <p class="quiet">
              Run it where the server keeps its data; DIR is that directory. It prints a link that works once,
              for a few minutes. Open the link in this browser.
            </p>
          </>
        )}
      </section>
    </div>
  )
}

const headings: Readonly<Record<SignedOutReason['kind'], string>> = {
  never: 'Sign in to Wick',
  ended: 'Your session has ended',
  left: 'You are signed out',
  ticket: 'This link has been used or has expired',
  failure: 'Sign in to Wick',
}

const explanations: Readonly<Record<Exclude<SignedOutReason['kind'], 'failure'>, string>> = {
  never: 'There is no password: a link from the command line signs you in.',
  ended:
    'Sessions end after an hour without use, and after twelve hours in any case. Get a new link to go on here.',
  left: 'To come back, get a new link.',
  ticket: 'A sign-in link works once and only for a short time. Get a new one.',
}
