import { visibleText } from '@wick/wire/visible-text'
import { fetchAlarms, type GroupAlarm } from '../api/alarms.ts'
import { useAnswer } from '../app/answer.ts'
import { CodeBlock } from '../app/code-block.tsx'
import { Time } from '../app/time.tsx'
import { exactTime } from '../format/times.ts'
import { Panel } from '../group/panel.tsx'
import { ruleInWords } from './alarm-rule.ts'

/** How often the server judges them. */
const refreshMs = 60_000

/** The alarms on metrics of the group, with what each says and why. They are made and changed elsewhere. */
export function AlarmsPanel({ name }: { name: string }) {
  const asked = useAnswer(name, (signal) => fetchAlarms(name, signal), refreshMs)
  return (
    <Panel
      title="Alarms"
      about="Rules on what is measured of this group, judged every minute. Those that went off come first."
      action="cloudwatch:DescribeAlarms"
      actionOn="alarms"
      asked={asked}
      height={120}
      empty={({ alarms }) => (alarms.length === 0 ? <NoAlarms name={name} /> : null)}
    >
      {({ alarms, hasMore }) => (
        <>
          <ul class="findings">
            {alarms.map((alarm) => (
              <AlarmItem key={alarm.AlarmName} alarm={alarm} />
            ))}
          </ul>
          {hasMore && (
            <p class="quiet">
              There are more than these. <code>wick alarms list --data DIR</code> lists all.
            </p>
          )}
        </>
      )}
    </Panel>
  )
}

/** The rule that users of CodeGuru Profiler know. */
function NoAlarms({ name }: { name: string }) {
  return (
    <>
      <p>
        No alarms. This command makes one that goes off at more than 5 recommendations within an hour;{' '}
        <code>DIR</code> is the server's data directory.
      </p>
      <CodeBlock
        code={`wick alarms add recommendations --data DIR --group ${name}`}
        label="add an alarm on recommendations"
      />
    </>
  )
}

/** By state: its words, and how its badge looks. */
const states: Readonly<Record<GroupAlarm['StateValue'], readonly [words: string, look: string]>> = {
  OK: ['OK', 'tag good'],
  ALARM: ['In alarm', 'tag harm'],
  INSUFFICIENT_DATA: ['Not enough data', 'tag unknown'],
}

function AlarmItem({ alarm }: { alarm: GroupAlarm }) {
  const [words, look] = states[alarm.StateValue]
  const since = alarm.StateTransitionedTimestamp * 1000
  return (
    <li class="finding alarm">
      <div class="finding-head">
        <h3>{visibleText(alarm.AlarmName)}</h3>
        <span class={look}>{words}</span>
      </div>
      <p>{ruleInWords(alarm)}</p>
      {alarm.StateReason !== '' && <p>{visibleText(alarm.StateReason)}</p>}
      <p class="quiet">
        Since <Time at={since}>{exactTime(since)}</Time>.{' '}
        {alarm.ActionsEnabled ? 'Actions are on.' : 'Actions are off: nobody is told.'}
      </p>
    </li>
  )
}
