import { visibleText } from '@wick/wire/visible-text'
import type { Fleet, FleetInstance } from '../api/group.ts'
import { Time } from '../app/time.tsx'
import { formatCount, formatPercent, plural } from '../format/numbers.ts'
import { TableFrame } from '../group/table-frame.tsx'

/** Rows beyond these are counted, not listed. */
export const listedInstances = 100

/** The label under which agents say that their samples are not what they should be. */
const biasLabel = 'wick:bias'
const isBiased = ({ labels }: FleetInstance): boolean => labels[biasLabel]?.includes('gil-biased') === true

/** Who sent the profiles: host by host, those heard of last first. */
export function FleetTable({ fleet }: { fleet: Fleet }) {
  const others = fleet.others?.instances ?? 0
  const biased = fleet.instances.filter(isBiased).length
  return (
    <TableFrame label="Fleet, as a table">
      <table class="rows fleet">
        <thead>
          <tr>
            <th scope="col">Instance</th>
            <th scope="col">Type</th>
            <th scope="col">Agent</th>
            <th scope="col">Runtime</th>
            <th scope="col" class="number">
              Agent's time
            </th>
            <th scope="col" class="number">
              Last report
            </th>
          </tr>
        </thead>
        <tbody>
          {fleet.instances.map((instance) => (
            <InstanceRow key={instance.instance} instance={instance} />
          ))}
        </tbody>
      </table>
      {biased > 0 && (
        <p class="table-foot">
          <span class="warn">gil-biased</span>: shares of code that releases the GIL are too large on{' '}
          {plural(biased, 'instance')}, because several Python threads compute at once there.
        </p>
      )}
      {(others > 0 || fleet.unattributed !== null) && (
        <p class="table-foot quiet">
          {others > 0 && `And ${plural(others, 'more instance')}. `}
          {fleet.unattributed !== null &&
            `${plural(fleet.unattributed.profiles, 'profile')} of instances that are not known any more.`}
        </p>
      )}
    </TableFrame>
  )
}

function InstanceRow({ instance }: { instance: FleetInstance }) {
  const labels = Object.entries(instance.labels)
    .filter(([key]) => key !== biasLabel)
    .map(([key, values]) => `${key}=${values.join('|')}`)
  return (
    <tr>
      <th scope="row">
        {instance.instance === '' ? (
          <span class="quiet">(names no host)</span>
        ) : (
          visibleText(instance.instance)
        )}
        {labels.length > 0 && <span class="labels quiet"> {visibleText(labels.join(' '))}</span>}
        {isBiased(instance) && <span class="labels warn"> gil-biased</span>}
      </th>
      <td>{listOf(instance.hostTypes)}</td>
      <td>
        {instance.agents.length === 0 ? (
          <span class="quiet">–</span>
        ) : (
          instance.agents.map(({ type, versions }) => `${type} ${versions.join(', ')}`.trim()).join('; ')
        )}
      </td>
      <td>{listOf(instance.runtimes)}</td>
      <td class="number">
        {instance.overhead.timeShare === null || instance.overhead.timeShare === 0 ? (
          <span class="quiet">–</span>
        ) : (
          formatPercent(instance.overhead.timeShare)
        )}
      </td>
      <td class="number">
        <span title={`${formatCount(instance.profiles)} profiles`}>
          <Time at={instance.lastSeen} />
        </span>
      </td>
    </tr>
  )
}

function listOf(texts: readonly string[]) {
  return texts.length === 0 ? <span class="quiet">–</span> : visibleText(texts.join(', '))
}
