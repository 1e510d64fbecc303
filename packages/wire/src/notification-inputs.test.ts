import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddNotificationChannels } from './notification-inputs.ts'
import { parts } from './testing/parts.ts'
import { refuses } from './testing/refuses.ts'

const uri = 'arn:aws:sns:us-east-1:123456789012:findings'
const id = 'a1b2c3d4-0000-1111-2222-333344445555'
const channel = (changes: Record<string, unknown> = {}) => ({
  uri,
  eventPublishers: ['AnomalyDetection'],
  ...changes,
})
const add = (channels: unknown) => parseAddNotificationChannels(parts({ body: { channels } }))

test('channels are read, with their ids where they bring one', () => {
  assert.deepEqual(add([channel(), channel({ id, later: 1 })]), {
    profilingGroupName: 'g',
    channels: [
      { id: null, uri, eventPublishers: ['AnomalyDetection'] },
      { id, uri, eventPublishers: ['AnomalyDetection'] },
    ],
  })
})

test('one or two channels are given', () => {
  for (const channels of [undefined, null, [], [channel(), channel(), channel()]])
    refuses('ValidationException', () => add(channels), /channels/)
  for (const channels of [channel(), 'x', 7, ['x'], [null], [[]]])
    refuses('SerializationException', () => add(channels), /'channels'/)
})

test('a channel has the ARN of a topic', () => {
  for (const wrong of [undefined, null, '', 'https://example.com', `${uri}.fifo`, 'a'.repeat(100_000)])
    refuses('ValidationException', () => add([channel({ uri: wrong })]), /channels\.uri/)
  for (const wrong of [7, {}, [uri]])
    refuses('SerializationException', () => add([channel({ uri: wrong })]), /channels\.uri/)
})

test('a channel is told of exactly one thing, and there is only one', () => {
  const publishers = (eventPublishers: unknown) => () => add([channel({ eventPublishers })])
  for (const wrong of [
    undefined,
    null,
    [],
    [''],
    ['anomalydetection'],
    ['AnomalyDetection', 'AnomalyDetection'],
    ['Recommendations'],
    ['__proto__'],
  ])
    refuses('ValidationException', publishers(wrong), /channels\.eventPublishers/)
  for (const wrong of ['AnomalyDetection', {}, [7], [null]])
    refuses('SerializationException', publishers(wrong), /channels\.eventPublishers/)
})

test('an id is a UUID in lower case', () => {
  for (const wrong of ['', 'x', id.toUpperCase(), `${id} `])
    refuses('ValidationException', () => add([channel({ id: wrong })]), /channels\.id/)
})
