import { type AuditState, fetchAuditState } from '../api/audit.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { useLoaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { Time } from '../app/time.tsx'
import { formatCount, plural } from '../format/numbers.ts'

/** What the trail holds, how far it is signed, and how it is proven that nobody changed it. */
export function TrailState() {
  const loaded = useLoaded<AuditState>('state', fetchAuditState)
  return (
    <Panel
      title="Is the trail whole?"
      hint="Each record carries the SHA-256 of the one before, and each hour is signed with a digest: a record that is changed, removed or inserted is found."
      loaded={loaded}
    >
      {(state) => (
        <div class="stack">
          <dl class="facts">
            <dt>Kept</dt>
            <dd>{plural(state.records, 'record')} of the whole installation</dd>
            <dt>Last digest</dt>
            <dd>
              number {formatCount(state.lastDigest.number)},{' '}
              <Time at={Date.parse(state.lastDigest.endedAt)} />, of{' '}
              {plural(state.lastDigest.records, 'record')}; {formatCount(state.unsigned)} came after it
            </dd>
            <dt>Kept elsewhere</dt>
            <dd>{placesOf(state)}</dd>
          </dl>
          <Proof {...state} />
        </div>
      )}
    </Panel>
  )
}

/** Where digests are that whoever administers the server cannot change. */
function placesOf({ isCopied, sentThrough, lastDigest }: AuditState): string {
  if (!isCopied && sentThrough === null)
    return 'no digest; --audit-copy-directory or --audit-sink brings them where this server cannot change them'
  const late = sentThrough === null ? 0 : lastDigest.number - sentThrough
  return [
    isCopied && 'copied to another directory',
    sentThrough !== null && (late === 0 ? 'all posted' : `posted but for the last ${formatCount(late)}`),
  ]
    .filter(Boolean)
    .join('; ')
}

/** Whoever may have changed the trail cannot be asked whether it is whole: it is checked from outside. */
function Proof({ head }: AuditState) {
  const newest = `${head.sequence}:${head.hash}`
  return (
    <details>
      <summary>Check it</summary>
      <div class="stack">
        <p>
          The server does not vouch for itself. This is the newest record, as number and hash: kept where the
          server's administrator cannot reach, it proves later that nothing before it was cut off or
          rewritten.
        </p>
        <CodeBlock code={newest} label="newest record" />
        <p>
          This checks the whole trail, its digests and their signatures, also beside the running server (DIR
          is its data directory):
        </p>
        <CodeBlock code={`wick audit verify --data DIR --noted ${newest}`} label="verify the trail" />
      </div>
    </details>
  )
}
