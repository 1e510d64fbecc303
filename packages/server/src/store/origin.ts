import { FieldReader, type IonStruct, type IonValue, ProfileError } from '@wick/profile'

/** Who sent a profile, as far as it says so: '' where it does not. */
export interface Origin {
  /** Host, task or function. */
  readonly instance: string
  /** Its type, such as `m5.xlarge`; of one that names none its size, as far as it is said: `4 vCPU, 2048 MB`. */
  readonly hostType: string
  /** Its type, such as `CodeGuruProfiler-python`. */
  readonly agent: string
  readonly agentVersion: string
  readonly runtime: string
  /** Key and value, by key. Under `wick:bias` what the agent says of its samples. */
  readonly labels: readonly (readonly [string, string])[]
}

/** What an agent says of itself with a profile. */
export interface AgentReport {
  readonly origin: Origin
  /** For how long it sampled, in milliseconds; 0 where it does not say. */
  readonly durationInMs: number
  /** What that cost it; 0 where it does not say. */
  readonly overheadInMs: number
  readonly overheadInMB: number
}

const maxTextLength = 1024
const maxLabels = 16
/** Kept as a label, so that profiles can be told apart and left out by it; nobody's own has this key. */
const biasLabel = 'wick:bias'
const maxLabelKeyLength = 64
const maxLabelValueLength = 256
/** Sums over more profiles than anybody keeps stay exact. */
const maxFigure = 2 ** 31 - 1

/** As much of `agentMetadata` as anybody sends. */
const reader = new FieldReader({ maxDepth: 16, maxValues: 10_000 })

/** @param extras of a profile: Ion text. What is missing, too long or of another shape counts as not said */
export function originOf(extras: Uint8Array): Origin {
  return reportOf(extras).origin
}

/** As `originOf`, with the agent's own figures. */
export function reportOf(extras: Uint8Array): AgentReport {
  const metadata = metadataOf(extras)
  const fleet = structOf(metadata.get('fleetInfo'))
  const agent = structOf(metadata.get('agentInfo'))
  const overhead = structOf(metadata.get('agentOverhead'))
  return {
    origin: {
      instance:
        textOf(fleet.get('hostName')) ||
        textOf(fleet.get('taskArn')) ||
        textOf(fleet.get('functionArn')) ||
        textOf(fleet.get('id')) ||
        textOf(fleet.get('fleetInstanceId')) ||
        textOf(metadata.get('fleetInstanceId')),
      hostType: textOf(fleet.get('hostType')) || sizeOf(fleet),
      agent: textOf(agent.get('type')),
      agentVersion: textOf(agent.get('version')),
      runtime: textOf(metadata.get('runtimeVersion')),
      labels: labelsOf(structOf(metadata.get('labels')), biasOf(structOf(metadata.get('sampler')))),
    },
    durationInMs: figureOf(metadata.get('durationInMs')),
    overheadInMs: figureOf(overhead.get('timeInMs')),
    overheadInMB: figureOf(overhead.get('memoryInMB')),
  }
}

/** One text for each distinct origin. */
export function originKey({ instance, hostType, agent, agentVersion, runtime, labels }: Origin): string {
  return JSON.stringify([instance, hostType, agent, agentVersion, runtime, ...labels.flat()])
}

const nothing: IonStruct = new Map()

function metadataOf(extras: Uint8Array): IonStruct {
  try {
    return structOf(reader.read(extras, ['agentMetadata']).get('agentMetadata'))
  } catch (error) {
    if (error instanceof ProfileError) return nothing
    throw error
  }
}

function structOf(value: IonValue | undefined): IonStruct {
  return value instanceof Map ? value : nothing
}

function textOf(value: IonValue | undefined): string {
  return typeof value === 'string' && value.length <= maxTextLength ? value : ''
}

/** What a task or host may use at most: processors and memory. */
function sizeOf(fleet: IonStruct): string {
  const cpus = sizePart(fleet.get('vCPUs')) ?? sizePart(fleet.get('cpuLimit'))
  const memory = sizePart(fleet.get('memoryLimitInMB'))
  return [cpus !== null && `${cpus} vCPU`, memory !== null && `${memory} MB`].filter(Boolean).join(', ')
}

/** Two decimals: tasks have a quarter of a processor. */
function sizePart(value: IonValue | undefined): number | null {
  const isSound = typeof value === 'number' && value >= 0.01 && value <= maxFigure
  return isSound ? Math.round(value * 100) / 100 : null
}

function labelsOf(labels: IonStruct, bias: string): Origin['labels'] {
  const sound: [string, string][] = []
  for (const [key, value] of labels) {
    const isSound = isLabelValue(value) && key.length <= maxLabelKeyLength && key !== biasLabel
    if (isSound) sound.push([key, value])
  }
  const kept = sound.sort(byKey).slice(0, maxLabels)
  return bias === '' ? kept : [...kept, [biasLabel, bias] as [string, string]].sort(byKey)
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)

function isLabelValue(value: IonValue | undefined): value is string {
  return typeof value === 'string' && value.length <= maxLabelValueLength
}

function biasOf(sampler: IonStruct): string {
  const bias = sampler.get('bias')
  return isLabelValue(bias) ? bias : ''
}

function figureOf(value: IonValue | undefined): number {
  const isSound = typeof value === 'number' && value >= 0 && value <= maxFigure
  return isSound ? Math.round(value) : 0
}
