import type { AlarmChange } from '../storage/alarm-store.ts'
import { type Alarm, type AlarmDefinition, type AlarmStatus, newStatus, writeAlarm } from './alarm.ts'
import { announcementOf } from './alarm-message.ts'
import type { AlarmState } from './judge-alarm.ts'

/** Changes of alarms, each with what its history says of it. */

type AlarmName = Pick<Alarm, 'accountId' | 'region' | 'name'>

/** CloudWatch keeps no more of it. */
const maxHistoryData = 4095

/** Created, or defined anew: then it keeps its state and tags. */
export function putChange(key: AlarmName, known: Alarm | null, definition: AlarmDefinition): AlarmChange {
  const { configuredAt: at } = definition
  const kept = known === null ? definition : { ...definition, tags: known.definition.tags }
  return {
    ...keyOf(key),
    expectedRevision: known?.revision ?? 0,
    put: writeAlarm({ definition: kept, status: known?.status ?? newStatus(at) }),
    history: [configuration(key, at, known === null ? 'Create' : 'Update')],
  }
}

export function deleteChange(alarm: Alarm, at: number): AlarmChange {
  const { revision: expectedRevision } = alarm
  return { ...keyOf(alarm), expectedRevision, put: null, history: [configuration(alarm, at, 'Delete')] }
}

/** What is no matter of when it is one: switches of its actions, and tags. */
export function editChange(alarm: Alarm, edit: Partial<AlarmDefinition>, at: number): AlarmChange {
  const definition = { ...alarm.definition, ...edit, configuredAt: at }
  return {
    ...keyOf(alarm),
    expectedRevision: alarm.revision,
    put: writeAlarm({ definition, status: alarm.status }),
    history: [configuration(alarm, at, 'Update')],
  }
}

/** What an alarm has to say: another state, or the same for another reason. */
export interface NewState {
  readonly state: AlarmState
  readonly reason: string
  readonly reasonData: string | null
  readonly at: number
}

export function stateChange(alarm: Alarm, { state, reason, reasonData, at }: NewState): AlarmChange {
  const { status: old } = alarm
  const isTransition = state !== old.state
  const status: AlarmStatus = {
    ...{ state, reason, reasonData, updatedAt: at },
    transitionedAt: isTransition ? at : old.transitionedAt,
  }
  return {
    ...keyOf(alarm),
    expectedRevision: alarm.revision,
    put: writeAlarm({ definition: alarm.definition, status }),
    history: isTransition ? [stateUpdate(old, status)] : [],
    announcement: announcementOf(alarm, status),
  }
}

function keyOf({ accountId, region, name }: AlarmName): AlarmName {
  return { accountId, region, name }
}

function configuration({ name }: AlarmName, at: number, type: 'Create' | 'Update' | 'Delete') {
  const done = { Create: 'created', Update: 'updated', Delete: 'deleted' }[type]
  return {
    ...{ at, type: 'ConfigurationUpdate' },
    summary: `Alarm "${name.slice(0, 200)}" ${done}`,
    data: JSON.stringify({ version: '1.0', type }),
  }
}

function stateUpdate(old: AlarmStatus, status: AlarmStatus) {
  const withData = JSON.stringify({ version: '1.0', oldState: told(old, true), newState: told(status, true) })
  const without = JSON.stringify({
    version: '1.0',
    oldState: told(old, false),
    newState: told(status, false),
  })
  return {
    ...{ at: status.updatedAt, type: 'StateUpdate' },
    summary: `Alarm updated from ${old.state} to ${status.state}`,
    data: withData.length <= maxHistoryData ? withData : without.slice(0, maxHistoryData),
  }
}

function told({ state, reason, reasonData }: AlarmStatus, withData: boolean): object {
  return {
    stateValue: state,
    stateReason: reason,
    ...(withData && reasonData !== null && { stateReasonData: parsed(reasonData) }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
