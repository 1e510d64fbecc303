import { type AuditState, fetchAuditState } from '../api/audit.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { useLoaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { formatCount } from '../format/numbers.ts'

/** What the trail holds, and how it is proven that nobody changed it. */
export function TrailState() {
  const loaded = useLoaded<AuditState>('state', fetchAuditState)
  return (
    <Panel
      title="Is the trail whole?"
      hint="Each record carries the SHA-256 of the one before, so that a record that is changed, removed or inserted is found."
      loaded={loaded}
    >
      {({ records, head }) => (
        <div class="stack">
          <p>
            {formatCount(records)} records are kept for the whole installation. This is the newest one, as
            number and hash: kept where the server's administrator cannot reach, it proves later that nothing
            before it was cut off or rewritten.
          </p>
          <CodeBlock code={`${head.sequence}:${head.hash}`} label="newest record" />
          <p>
            To check the whole trail, on a copy of the data directory or with the server stopped (DIR is the
            directory):
          </p>
          <CodeBlock
            code={`wick audit verify --data DIR --noted ${head.sequence}:${head.hash}`}
            label="verify the trail"
          />
        </div>
      )}
    </Panel>
  )
}
