import { fetchReports } from '../api/findings.ts'
import { useAnswer } from '../app/answer.ts'
import { TimeSpan } from '../app/time.tsx'
import { formatCount } from '../format/numbers.ts'
import { Panel } from '../group/panel.tsx'
import { TableFrame } from '../group/table-frame.tsx'
import { boundsOf, type PageRange, rangeWords } from '../range/page-range.ts'
import { refreshMilliseconds } from '../range/steps.ts'

const changes = ['new', 'gone', 'grown'] as const
const heads = { new: 'New', gone: 'Gone', grown: 'Grown' } as const

/** What the hourly and daily reports said: what came, went and grew. */
export function ReportsPanel({ name, range }: { name: string; range: PageRange }) {
  const asked = useAnswer(
    JSON.stringify([name, range]),
    (signal) => fetchReports(name, boundsOf(range, Date.now()), signal),
    range.kind === 'last' ? refreshMilliseconds : null,
  )
  return (
    <Panel
      title="Reports"
      about="Each hour and each day is looked at once it is over, ten minutes to an hour later. New, gone and grown compare a report with the one before it."
      action="codeguru-profiler:ListFindingsReports"
      asked={asked}
      height={160}
      empty={({ reports }) =>
        reports.length === 0 ? <p>There is no report on {rangeWords(range)} yet.</p> : null
      }
    >
      {({ reports }) => (
        <TableFrame label="Reports">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Of</th>
                <th scope="col" class="number">
                  Recommendations
                </th>
                {changes.map((change) => (
                  <th key={change} scope="col" class="number">
                    {heads[change]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {reports.map((report) => (
                <tr key={report.id}>
                  <th scope="row">
                    <TimeSpan from={Date.parse(report.startTime)} to={Date.parse(report.endTime)} />
                  </th>
                  <td>{report.period === 'P1D' ? 'a day' : 'an hour'}</td>
                  <td class="number">
                    {report.hasTooLittleData ? 'not enough data' : formatCount(report.recommendations)}
                  </td>
                  {changes.map((change) => (
                    <td key={change} class="number">
                      {report[change] === 0 ? '–' : formatCount(report[change])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
    </Panel>
  )
}
