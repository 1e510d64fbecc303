import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInPackage, packageOf, packagesAround } from './packages.ts'

const cases: readonly (readonly [string, string])[] = [
  ['java.util.HashMap.put', 'java.util'],
  ['com.example.Orders$Line.<init>', 'com.example'],
  ['com.example.Orders.price(java.lang.String)', 'com.example'],
  ['shop.services.cart:Cart:total', 'shop.services.cart'],
  ['node:fs:readSync', 'node:fs'],
  ['threading:Thread:run', 'threading'],
  ['lib/router/index.handle', 'lib/router'],
  ['os.path.join', 'os.path'],
  ['main', ''],
  ['<Sleep>', ''],
  ['', ''],
  ['Main.run', 'Main'],
]

for (const [name, expected] of cases) {
  test(`the package of ${name || 'an empty name'} is ${expected || 'not told'}`, () => {
    assert.equal(packageOf(name), expected)
  })
}

test('packages around a frame end with its own', () => {
  assert.deepEqual(packagesAround('org.apache.tomcat.util.Net.run', 3), [
    'org.apache',
    'org.apache.tomcat',
    'org.apache.tomcat.util',
  ])
  assert.deepEqual(packagesAround('main', 3), [])
})

test('a package holds what is inside it, and not its namesakes', () => {
  assert.ok(isInPackage('org.apache.Tomcat.run', 'org.apache'))
  assert.ok(isInPackage('shop:main', 'shop'))
  assert.ok(!isInPackage('org.apachebench.Main.run', 'org.apache'))
  assert.ok(!isInPackage('anything', ''))
})
