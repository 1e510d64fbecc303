import { useSignal } from '@preact/signals'
import { visibleText } from '@wick/wire/visible-text'
import type { AuditRecord } from '../api/audit.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { Dialog } from '../app/dialog.tsx'
import { Time } from '../app/time.tsx'

/** Records, one a row; a row opens all of its record. */
export function AuditTable({ records }: { records: readonly AuditRecord[] }) {
  const open = useSignal<AuditRecord | null>(null)
  return (
    <>
      <div class="scroll">
        <table class="rows audit">
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Who</th>
              <th scope="col">On what</th>
              <th scope="col">From</th>
              <th scope="col">Result</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {records.map((record) => (
              <tr
                key={record.eventID}
                class="open"
                onClick={() => {
                  open.value = record
                }}
              >
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={(event) => {
                      event.stopPropagation()
                      open.value = record
                    }}
                  >
                    {visibleText(record.eventName)}
                  </button>
                </th>
                <td title={record.userIdentity.arn}>{whoIn(record)}</td>
                <td title={record.resources?.map(({ ARN }) => visibleText(ARN)).join('\n')}>
                  {whatIn(record)}
                </td>
                <td>{visibleText(record.sourceIPAddress)}</td>
                <td>
                  {record.errorCode === undefined ? (
                    <span class="quiet">{record.readOnly ? 'read' : 'done'}</span>
                  ) : (
                    <span class="failed">{visibleText(record.errorCode.replace(/Exception$/, ''))}</span>
                  )}
                </td>
                <td>
                  <Time at={Date.parse(record.eventTime)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Dialog
        title={open.value === null ? 'Record' : visibleText(open.value.eventName)}
        isOpen={open.value !== null}
        onClose={() => {
          open.value = null
        }}
      >
        {open.value !== null && <Details record={open.value} />}
        <div class="dialog-foot">
          <button
            type="button"
            class="button"
            onClick={() => {
              open.value = null
            }}
          >
            Close
          </button>
        </div>
      </Dialog>
    </>
  )
}

function Details({ record }: { record: AuditRecord }) {
  return (
    <div class="stack record">
      <dl class="facts">
        <dt>When</dt>
        <dd>
          <Time at={Date.parse(record.eventTime)}>{record.eventTime}</Time>
        </dd>
        <dt>Who</dt>
        <dd>{visibleText(record.userIdentity.arn ?? whoIn(record))}</dd>
        {record.errorMessage !== undefined && (
          <>
            <dt>Refused</dt>
            <dd>{visibleText(record.errorMessage)}</dd>
          </>
        )}
      </dl>
      <CodeBlock code={JSON.stringify(record, null, 2)} label="the whole record" />
    </div>
  )
}

function whoIn({ userIdentity: { userName, arn, type } }: AuditRecord): string {
  if (userName !== undefined) return visibleText(userName)
  return arn === undefined
    ? type === 'Unknown'
      ? 'not known'
      : type
    : visibleText(arn.replace(/^[^/]*\//, ''))
}

/** The first resource by its short name. */
function whatIn({ resources = [] }: AuditRecord): string {
  const [first, ...more] = resources
  if (first === undefined) return '—'
  const name = first.ARN === '*' ? 'everything' : first.ARN.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '')
  return visibleText(more.length === 0 ? name : `${name} and ${more.length} more`)
}
