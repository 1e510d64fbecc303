/** Who is signed in. The cookie is out of reach for scripts; here is what the server says about it. */
import { signal } from '@preact/signals'
import { deleteSession, exchangeTicket, fetchSession, type SessionAnswer } from '../api/operations.ts'
import { ApiFailure, credentials } from '../api/request.ts'
import { type SignInProof, type SignInStep, sendProof } from '../api/sign-in.ts'
import { location, navigate, ticketFromAddress } from './location.ts'
import { home, parseRoute } from './routes.ts'

export type Session =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'signed-in'; readonly answer: SessionAnswer }
  | { readonly kind: 'signed-out'; readonly why: SignedOutReason }

/**
 * never: not signed in so far; ended: timed out; left: by choice; ticket: the link is used or expired; step: the link is
 * good, and something else is asked for
 */
export type SignedOutReason =
  | { readonly kind: 'never' | 'ended' | 'left' | 'ticket' }
  | { readonly kind: 'step'; readonly step: SignInStep }
  | { readonly kind: 'failure'; readonly failure: ApiFailure }

export const session = signal<Session>({ kind: 'unknown' })

/** At start: with the ticket of a sign-in link if there is one, else with the cookie of an earlier visit. */
export async function resumeSession(): Promise<void> {
  session.value = { kind: 'unknown' }
  const isSignInPage = parseRoute(location.value.pathname).page === 'sign-in'
  if (ticketFromAddress !== null && isSignInPage && !isTicketSpent) {
    isTicketSpent = true
    const refusal = await enter(() => exchangeTicket(ticketFromAddress!))
    if (refusal === null) return
    // Whoever opens a used link in a browser that is signed in already gets in.
    const other = refusal.status === 403 ? await enter(fetchSession) : refusal
    if (other !== null)
      signOut(refusal.status === 403 ? { kind: 'ticket' } : { kind: 'failure', failure: refusal })
    return
  }
  const refusal = await enter(fetchSession)
  if (refusal !== null)
    signOut(refusal.status === 403 ? { kind: 'never' } : { kind: 'failure', failure: refusal })
}

let isTicketSpent = false

/** @returns what kept us out, null for success */
async function enter(ask: () => Promise<SessionAnswer | SignInStep>): Promise<ApiFailure | null> {
  try {
    const answer = await ask()
    if ('step' in answer) signOut({ kind: 'step', step: answer })
    else settle(answer)
    return null
  } catch (error) {
    if (error instanceof ApiFailure) return error
    throw error
  }
}

/**
 * A step of signing in with a password.
 *
 * @returns what is asked next; null once signed in
 * @throws ApiFailure
 */
export async function proceed(proof: SignInProof): Promise<SignInStep | null> {
  const answer = await sendProof(proof)
  if ('step' in answer) return answer
  settle(answer)
  return null
}

function settle(answer: SessionAnswer): void {
  credentials.csrfToken = answer.csrfToken
  session.value = { kind: 'signed-in', answer }
  if (parseRoute(location.value.pathname).page === 'sign-in')
    navigate(takeReturn() ?? home, { replace: true })
}

export async function leave(): Promise<void> {
  try {
    await deleteSession()
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    // Without an answer the cookie may live on: say so rather than pretend.
    if (error.status === 0) return signOut({ kind: 'failure', failure: error })
  }
  signOut({ kind: 'left' })
}

function signOut(why: SignedOutReason): void {
  credentials.csrfToken = ''
  session.value = { kind: 'signed-out', why }
  if (why.kind !== 'left') rememberReturn()
}

credentials.onSessionEnd = () => {
  if (session.value.kind === 'signed-in') signOut({ kind: 'ended' })
}

// Signing in happens in another tab, opened from a terminal: this one notices when the person comes back to it.
document.addEventListener('visibilitychange', () => {
  const { value } = session
  if (document.visibilityState !== 'visible' || value.kind !== 'signed-out' || value.why.kind === 'left')
    return
  void enter(fetchSession)
})

const returnKey = 'wick.return'
const returnMinutes = 15

/** The page that asked for a sign-in, so that the link from the terminal leads back to it. */
function rememberReturn(): void {
  const { pathname, search, hash } = location.value
  if (parseRoute(pathname).page === 'sign-in') return
  try {
    localStorage.setItem(returnKey, JSON.stringify({ href: pathname + search + hash, at: Date.now() }))
  } catch {
    // Storage is off: the list of groups is a fine place to start.
  }
}

function takeReturn(): string | null {
  try {
    const { href, at } = JSON.parse(localStorage.getItem(returnKey) ?? '') as { href: string; at: number }
    localStorage.removeItem(returnKey)
    return href.startsWith(home) && Date.now() - at < returnMinutes * 60_000 ? href : null
  } catch {
    return null
  }
}
