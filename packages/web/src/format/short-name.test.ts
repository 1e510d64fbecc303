import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitName, shortName } from './short-name.ts'

const cases: readonly (readonly [string, string])[] = [
  ['com.example.orders.OrderService.price', 'c.e.orders.OrderService.price'],
  ['com.example.orders.OrderService$Line.price', 'c.e.orders.OrderService$Line.price'],
  ['com.example.Orders.<init>', 'c.example.Orders.<init>'],
  ['shop.services.pricing:Pricing:total', 's.s.pricing:Pricing:total'],
  ['threading:Thread:run', 'threading:Thread:run'],
  ['app.views.index', 'a.views.index'],
  ['main', 'main'],
  ['a..b.c', 'a..b.c'],
  ['...', '...'],
  ['', ''],
]

for (const [name, short] of cases) {
  test(`${name || 'an empty name'} is shortened to ${short || 'itself'}`, () => {
    assert.equal(shortName(name), short)
  })
}

test('a label is whole where it fits, else short, else cut, else nothing', () => {
  const name = 'com.example.orders.OrderService.price'
  assert.equal(fitName(name, 40), name)
  assert.equal(fitName(name, 30), 'c.e.orders.OrderService.price')
  assert.equal(fitName(name, 10), 'c.e.order…')
  assert.equal(fitName(name, 2), '')
})
