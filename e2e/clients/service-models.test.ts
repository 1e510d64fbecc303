/** The facts that Wick's tables of IAM, STS and CloudWatch are compared with are those of the botocore that is installed. */
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

const root = new URL('../../', import.meta.url)

for (const [service, fixed] of [
  ['iam', 'iam-2010-05-08'],
  ['sts', 'sts-2011-06-15'],
  ['cloudwatch', 'monitoring-2010-08-01'],
] as const) {
  const version = fixed.slice(fixed.indexOf('-') + 1)

  test(`the model of ${service} is botocore's`, async () => {
    const [path] = await Array.fromAsync(
      glob(`e2e/.venv/lib/python3*/site-packages/botocore/data/${service}/${version}/service-2.json.gz`, {
        cwd: root,
      }),
    )
    assert.ok(path !== undefined, 'botocore is installed')
    const botocore = JSON.parse(gunzipSync(await readFile(new URL(path, root))).toString())
    const fixture = JSON.parse(await readFile(new URL(`fixtures/service-models/${fixed}.json`, root), 'utf8'))
    for (const part of ['operations', 'shapes']) {
      assert.ok(Object.keys(fixture[part]).length >= 4)
      for (const [name, facts] of Object.entries<Json>(fixture[part]))
        assert.deepEqual(partOf(withoutTexts(botocore[part][name]), facts), facts, name)
    }
  })
}

/** Documentation is text; a member of that name would be an object. */
function withoutTexts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTexts)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([name, item]) => !(name === 'documentation' && typeof item === 'string'),
  )
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutTexts(item)]))
}

/** Of an operation, only what the fixture tells. */
function partOf(value: Json, facts: Json): Json {
  if (typeof value !== 'object' || value === null || typeof facts !== 'object' || facts === null) return value
  if (!('input' in facts || 'output' in facts)) return value
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => ['input', 'output', 'errors'].includes(name)),
  )
}
