import type { ProfilingGroupDescription } from '@wick/wire'
import { setProfiling } from '../api/group-settings.ts'
import type { Asked } from '../app/answer.ts'
import { exactTime, utcInstant } from '../format/times.ts'
import { Panel } from '../group/panel.tsx'
import { ChangeTrouble, useChange } from './change.tsx'

/** What the group is, and whether its agents profile. */
export function ProfilingPanel({ name, asked }: { name: string; asked: Asked<ProfilingGroupDescription> }) {
  const change = useChange()
  const set = async (isOn: boolean) => {
    const said = isOn ? 'Profiling is on.' : 'Profiling is off.'
    if (await change.run(() => setProfiling(name, isOn), said)) asked.retry()
  }
  return (
    <Panel
      title="Profiling"
      about="Agents ask every few minutes whether to profile. Switched off they stay quiet, without a restart."
      action="codeguru-profiler:DescribeProfilingGroup"
      asked={asked}
      height={120}
    >
      {({ arn, createdAt, computePlatform, agentOrchestrationConfig: { profilingEnabled } }) => (
        <>
          <dl class="facts">
            <dt>ARN</dt>
            <dd>
              <code>{arn}</code>
            </dd>
            <dt>Created</dt>
            <dd>
              <time dateTime={createdAt} title={utcInstant(Date.parse(createdAt))}>
                {exactTime(Date.parse(createdAt))}
              </time>
            </dd>
            <dt>Platform</dt>
            <dd>{computePlatform === 'AWSLambda' ? 'AWS Lambda' : 'Servers'}</dd>
            <dt>Profiling</dt>
            <dd>
              <span class={`state ${profilingEnabled ? 'on' : 'off'}`}>
                {profilingEnabled ? 'On' : 'Off'}
              </span>{' '}
              <button
                type="button"
                class="button small"
                disabled={change.isBusy.value}
                onClick={() => void set(!profilingEnabled)}
              >
                {profilingEnabled ? 'Switch off' : 'Switch on'}
              </button>
            </dd>
          </dl>
          <ChangeTrouble
            change={change}
            what="switch profiling on and off"
            action="codeguru-profiler:UpdateProfilingGroup"
          />
        </>
      )}
    </Panel>
  )
}
