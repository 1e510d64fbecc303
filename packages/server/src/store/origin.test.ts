import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProfileDecoder } from '@wick/profile'
import fc from 'fast-check'
import { originKey, originOf, reportOf } from './origin.ts'

const decoder = new ProfileDecoder()

/** What is kept of a profile with this agentMetadata. */
function extras(agentMetadata: unknown): Uint8Array {
  const body = { start: 1, end: 2, debugInfo: { processId: 1 }, agentMetadata, callgraph: {} }
  return Uint8Array.from(decoder.decode(Buffer.from(JSON.stringify(body))).extras)
}

const unsaid = { instance: '', hostType: '', agent: '', agentVersion: '', runtime: '', labels: [] }

test('an instance is a host, a task, a function or an id, whichever the agent sends', () => {
  const named = (fleetInfo: object): string => originOf(extras({ fleetInfo })).instance
  assert.equal(named({ computeType: 'aws_ec2_instance', hostName: 'h', hostType: 'm5.2xlarge' }), 'h')
  assert.equal(named({ computeType: 'aws_fargate_task', taskArn: 't', cpuLimit: 1.5 }), 't')
  assert.equal(named({ computeType: 'aws_lambda', functionArn: 'f', memoryLimitInMB: 128 }), 'f')
  assert.equal(named({ id: 'i', type: 'UNKNOWN', vCPUs: 4 }), 'i')
  assert.equal(named({ fleetInstanceId: 'x', hostType: 'y' }), 'x')
  assert.equal(named({ fleetInstanceId: 'x', id: 'i', hostName: 'h' }), 'h')
  assert.equal(originOf(extras({ fleetInstanceId: 'x' })).instance, 'x')
})

test('a host that names no type is known by its size, as far as it says one', () => {
  const typed = (fleetInfo: object): string => originOf(extras({ fleetInfo })).hostType
  assert.equal(typed({ hostName: 'h', hostType: 'm5.2xlarge', vCPUs: 8 }), 'm5.2xlarge')
  assert.equal(typed({ id: 'i', type: 'UNKNOWN', vCPUs: 4 }), '4 vCPU')
  assert.equal(typed({ taskArn: 't', cpuLimit: 0.25, memoryLimitInMB: 512 }), '0.25 vCPU, 512 MB')
  assert.equal(typed({ functionArn: 'f', memoryLimitInMB: 128 }), '128 MB')
  for (const vCPUs of [0, -4, '4', null, 1e12, []]) assert.equal(typed({ id: 'i', vCPUs }), '')
})

test('everything an agent says of itself is found', () => {
  const said = extras({
    sampleWeights: { WALL_TIME: 1.5 },
    durationInMs: 299_000,
    fleetInfo: { hostName: 'h', hostType: 'm5.2xlarge' },
    agentInfo: { type: 'CodeGuruProfiler-python', version: '1.2.6' },
    agentOverhead: { memoryInMB: 3, timeInMs: 120 },
    runtimeVersion: '3.11.7',
    labels: { zone: 'b', stage: 'beta' },
  })
  assert.deepEqual(reportOf(said), {
    origin: {
      instance: 'h',
      hostType: 'm5.2xlarge',
      agent: 'CodeGuruProfiler-python',
      agentVersion: '1.2.6',
      runtime: '3.11.7',
      labels: [
        ['stage', 'beta'],
        ['zone', 'b'],
      ],
    },
    durationInMs: 299_000,
    overheadInMs: 120,
    overheadInMB: 3,
  })
})

test('hostile shapes count as not said', () => {
  for (const metadata of [
    null,
    7,
    'text',
    [],
    { fleetInfo: [], agentInfo: 'x', labels: 5 },
    { fleetInfo: { hostName: {} }, agentInfo: { type: ['a'], version: 1 }, runtimeVersion: true },
    { fleetInfo: { hostName: 'x'.repeat(1025) }, labels: ['a'] },
    { fleetInfo: { hostName: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) } },
    { fleetInfo: Array(20_000).fill(0) },
  ])
    assert.deepEqual(originOf(extras(metadata)), unsaid)
  const figures = (metadata: object): number[] => {
    const { durationInMs, overheadInMs, overheadInMB } = reportOf(extras(metadata))
    return [durationInMs, overheadInMs, overheadInMB]
  }
  for (const bad of [-1, 1e300, '5', null, 2 ** 31])
    assert.deepEqual(
      figures({ durationInMs: bad, agentOverhead: { timeInMs: bad, memoryInMB: bad } }),
      [0, 0, 0],
    )
  assert.deepEqual(figures({ durationInMs: 1.5, agentOverhead: { memoryInMB: 0.4 } }), [2, 0, 0])
  for (const text of ['', '{', '{agentMetadata:', '\xff', '[]', '{agentMetadata:{},agentMetadata:1}'])
    assert.deepEqual(originOf(Buffer.from(text, 'latin1')), unsaid)
})

test('labels out of bounds are left out, and of too many the first by key stay', () => {
  const labelled = (labels: object): unknown => originOf(extras({ labels })).labels
  assert.deepEqual(labelled({ ['k'.repeat(64)]: 'v'.repeat(256) }), [['k'.repeat(64), 'v'.repeat(256)]])
  assert.deepEqual(
    labelled({ ['k'.repeat(65)]: 'v', long: 'v'.repeat(257), number: 1, nested: {}, none: null, ok: '' }),
    [['ok', '']],
  )
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${99 - i}`, 'v']))
  assert.deepEqual(
    labelled(many),
    Array.from({ length: 16 }, (_, i) => [`k${70 + i}`, 'v']),
  )
  const proto = JSON.parse('{"labels":{"__proto__":"a","constructor":"b"}}')
  assert.deepEqual(originOf(extras(proto)).labels, [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
})

test('a bias that an agent says its samples have is a label beside those of its user', () => {
  const labelled = (metadata: object): unknown => originOf(extras(metadata)).labels
  const sampler = { engine: 'current-frames', bias: 'gil-biased' }
  assert.deepEqual(labelled({ sampler, labels: { zone: 'b', a: '1' } }), [
    ['a', '1'],
    ['wick:bias', 'gil-biased'],
    ['zone', 'b'],
  ])
  const many = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`z${10 + i}`, 'v']))
  assert.deepEqual(labelled({ sampler, labels: many }), [
    ['wick:bias', 'gil-biased'],
    ...Object.entries(many),
  ])
  assert.deepEqual(labelled({ labels: { 'wick:bias': 'made up' } }), [])
  for (const bias of ['', 1, null, {}, 'x'.repeat(257)]) assert.deepEqual(labelled({ sampler: { bias } }), [])
})

test('whatever is posted has an origin, and two origins have one key only where they are one', () => {
  const text = fc.constantFrom('', 'a', 'b', '","', '\ud800')
  const metadata = fc.record({
    fleetInfo: fc.record({ hostName: text, hostType: text }),
    agentInfo: fc.record({ type: text, version: text }),
    runtimeVersion: text,
    labels: fc.dictionary(text, text),
  })
  fc.assert(
    fc.property(metadata, metadata, (one, other) => {
      const [a, b] = [originOf(extras(one)), originOf(extras(other))]
      assert.equal(originKey(a) === originKey(b), JSON.stringify(a) === JSON.stringify(b))
    }),
  )
  fc.assert(fc.property(fc.jsonValue(), (any) => void reportOf(extras(any))))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (any) => void reportOf(any)))
})
