/** A whole verification, page by page. For tests. */
import type { ProfileStore, StoreFinding, VerifyPage, VerifyPlace } from '../../storage/ports.ts'

export async function verifyAll(
  { store }: { readonly store: ProfileStore },
  quarantines = false,
): Promise<{ readonly files: number; readonly findings: readonly StoreFinding[] }> {
  const findings: StoreFinding[] = []
  let files = 0
  let after: VerifyPlace | null = null
  do {
    const page: VerifyPage = await store.verify({ after, quarantines })
    findings.push(...page.findings)
    files += page.files
    after = page.next
  } while (after !== null)
  return { files, findings }
}
