import { session } from '../app/session.ts'

/** Where the person who is signed in is at home. */
export function useAccount(): { readonly accountId: string; readonly region: string; readonly arn: string } {
  const { value } = session
  if (value.kind !== 'signed-in') return { accountId: '', region: '', arn: '' }
  const { accountId, region, user } = value.answer
  return { accountId, region, arn: user.arn }
}
