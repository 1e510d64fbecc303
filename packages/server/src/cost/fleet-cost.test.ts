import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultPrices } from './default-prices.ts'
import { fleetCost, type PricedInstance, sizeOfHost, vCpusOf } from './fleet-cost.ts'
import type { PriceTable } from './price-table.ts'

const prices: PriceTable = {
  name: 'test',
  currency: 'USD',
  instanceHour: new Map([['large', 1]]),
  vCpuHour: 0.125,
  gbHour: 0.25,
  otherHour: null,
}

const host = (hostType: string, firstSeen = 0, lastSeen = 100): PricedInstance => ({
  hostType,
  firstSeen,
  lastSeen,
})

test('a host costs its price for every hour of the year', () => {
  const cost = fleetCost([host('large'), host('large')], prices)
  assert.equal(cost.perHour, 2)
  assert.equal(cost.perYear, 2 * 8766)
  assert.equal(cost.perMonth, (2 * 8766) / 12)
  assert.equal(cost.priced, 2)
  assert.deepEqual(cost.types, [
    { hostType: 'large', instances: 2, hourPrice: 1, by: 'type', perYear: 17_532 },
  ])
})

test('hosts that replaced each other count as one', () => {
  assert.equal(fleetCost([host('large', 0, 40), host('large', 40, 100)], prices).perHour, 1)
})

test('a host without a type costs what its processors and memory cost; one without either has no price', () => {
  const hourly = (hostType: string) => fleetCost([host(hostType)], prices).types[0]
  assert.equal(hourly('4 vCPU, 2048 MB')!.hourPrice, 1)
  assert.equal(hourly('4 vCPU')!.hourPrice, 0.5)
  assert.equal(hourly('0.25 vCPU, 512 MB')!.by, 'size')
  for (const hostType of ['', '2048 MB', 'unheard-of']) {
    assert.deepEqual([hourly(hostType)!.hourPrice, hourly(hostType)!.by], [null, 'nothing'])
    const { types, perYear, unpriced } = fleetCost([host(hostType)], { ...prices, otherHour: 3 })
    assert.deepEqual([types[0]!.hourPrice, types[0]!.by, perYear, unpriced], [3, 'other', 3 * 8766, 0])
  }
})

test('nobody costs nothing, and a fleet that was seen for an instant costs what its hosts cost', () => {
  assert.deepEqual(fleetCost([], prices), {
    perHour: 0,
    perMonth: 0,
    perYear: 0,
    priced: 0,
    unpriced: 0,
    types: [],
  })
  assert.equal(fleetCost([host('large', 5, 5)], prices).perHour, 1)
})

test('types add up to the whole, whoever is in the fleet', () => {
  const anyHost = fc.record({
    hostType: fc.constantFrom('large', '2 vCPU', '', 'm5.xlarge'),
    firstSeen: fc.nat(1000),
    lastSeen: fc.integer({ min: 1000, max: 2000 }),
  })
  fc.assert(
    fc.property(fc.array(anyHost, { maxLength: 30 }), (hosts) => {
      const { perYear, priced, unpriced, types } = fleetCost(hosts, prices)
      const sum = types.reduce((all, type) => all + type.perYear, 0)
      assert.ok(Math.abs(sum - perYear) <= 1e-9 * Math.max(1, perYear))
      assert.ok(priced + unpriced <= hosts.length + 1e-9)
    }),
  )
})

test('sizes are read where a host type is one', () => {
  assert.deepEqual(sizeOfHost('4 vCPU, 2048 MB'), { vCpus: 4, gb: 2 })
  assert.deepEqual(sizeOfHost('2048 MB'), { vCpus: null, gb: 2 })
  for (const text of ['', 'm5.large', '4 vCPUs', 'MB']) assert.equal(sizeOfHost(text), null)
})

test('processors are known of sizes and of types whose name tells', () => {
  const known = ['4 vCPU', 't3.micro', 'm5.large', 'm5.xlarge', 'c6i.12xlarge', 'm6g.medium', 't3.medium']
  assert.deepEqual(known.map(vCpusOf), [4, 2, 2, 4, 48, 1, 2])
  for (const type of ['', '512 MB', 'm5.metal', 'rack-1']) assert.equal(vCpusOf(type), null)
})

test('the default table has the common types, each dearer than the size below it', () => {
  assert.equal(defaultPrices.instanceHour.get('m5.2xlarge'), 0.384)
  assert.equal(defaultPrices.instanceHour.get('t3.micro'), 0.0104)
  assert.equal(defaultPrices.instanceHour.get('c6i.12xlarge')!.toFixed(2), '2.04')
  assert.ok(defaultPrices.instanceHour.get('r7i.large')! < defaultPrices.instanceHour.get('r7i.xlarge')!)
})
