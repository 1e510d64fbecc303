import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { mergeTrees, ProfileDecoder, totals } from '@wick/profile'
import { stacks } from '@wick/profile/text-stacks'
import { leastSamples, PatternSet } from './find-recommendations.ts'
import { parsePattern } from './parse-pattern.ts'
import type { Pattern } from './pattern.ts'

function pattern(changed: object = {}): Pattern {
  return parsePattern({
    id: 'compile',
    name: 'Compiles',
    why: 'Because.',
    resolutionSteps: 'Stop.',
    targetFrames: [['re:compile']],
    countersToAggregate: ['RUNNABLE'],
    thresholdPercent: 5,
    ...changed,
  })
}

/** What one pattern finds, as "samples of all at places". */
function found(text: string, changed: object = {}): string {
  const { recommendations } = new PatternSet([pattern(changed)]).find(stacks(text))
  return recommendations.map(({ samples, of, places }) => `${samples} of ${of} at ${places}`).join()
}

test('a share at the threshold is found, one below it is not', () => {
  assert.equal(found('a;re:compile RUNNABLE=50 | a RUNNABLE=950'), '50 of 1000 at 1')
  assert.equal(found('a;re:compile RUNNABLE=49 | a RUNNABLE=951'), '')
})

test('a recommendation has its places, the heaviest first, each with the way to it', () => {
  const tree = stacks(
    'a;re:compile;re:parse RUNNABLE=100 | a;re:compile RUNNABLE=20 | b;c;re:compile RUNNABLE=300 | b;c RUNNABLE=580',
  )
  const [recommendation] = new PatternSet([pattern()]).find(tree).recommendations
  assert.deepEqual(recommendation, {
    pattern: pattern(),
    samples: 420,
    of: 1000,
    atWork: 420,
    places: 2,
    matches: [
      { path: ['b', 'c', 're:compile'], address: [1, 0, 0], sequence: 0, samples: 300 },
      { path: ['a', 're:compile'], address: [0, 0], sequence: 0, samples: 120 },
    ],
  })
})

test('ten places are told, all are counted', () => {
  const text = Array.from({ length: 30 }, (_, i) => `f${i};re:compile RUNNABLE=${i + 10}`).join(' | ')
  const [recommendation] = new PatternSet([pattern()]).find(stacks(text)).recommendations
  assert.equal(recommendation!.places, 30)
  assert.deepEqual(
    recommendation!.matches.map(({ samples }) => samples),
    [39, 38, 37, 36, 35, 34, 33, 32, 31, 30],
  )
})

test('of very long paths only as many are told as an answer has room for', () => {
  const deep = Array.from({ length: 1000 }, (_, i) => `${i}`.padEnd(1500, 'x')).join(';')
  const text = Array.from({ length: 10 }, (_, i) => `f${i};${deep};re:compile RUNNABLE=${i + 20}`).join(' | ')
  const [recommendation] = new PatternSet([pattern()]).find(stacks(text)).recommendations
  assert.deepEqual(
    recommendation!.matches.map(({ samples }) => samples),
    [29, 28],
  )
  assert.equal(recommendation!.places, 10)
})

test('a sample counts once, however often the match stands on its stack', () => {
  assert.equal(found('re:compile;x;re:compile;re:compile RUNNABLE=300 | a RUNNABLE=700'), '300 of 1000 at 1')
})

test('only samples of the named states count, above and below the line', () => {
  const text = 're:compile RUNNABLE=100 BLOCKED=900 IDLE=5000 | a RUNNABLE=300 BLOCKED=20'
  assert.equal(found(text), '100 of 400 at 1')
  assert.equal(found(text, { countersToAggregate: ['RUNNABLE', 'BLOCKED'] }), '1000 of 1320 at 1')
  assert.equal(found(text, { countersToAggregate: ['WAITING'] }), '')
})

test('what a match costs is its share of the threads at work, waits left out', () => {
  const text = 're:compile RUNNABLE=100 BLOCKED=50 WAITING=900 | a RUNNABLE=300'
  const waits = pattern({ countersToAggregate: ['WAITING'] })
  const [recommendation] = new PatternSet([waits]).find(stacks(text)).recommendations
  assert.deepEqual([recommendation!.samples, recommendation!.atWork], [900, 150])
})

test('where an agent knows no states, all that does not wait by its name is at work', () => {
  const text = `m:f;re:compile 100 | m:f 300 | m:f;<Sleep> 5000 | threading:Thread:run;threading:Event:wait;x 4000
    | re:compile;<Sleep> 700`
  assert.equal(found(text), '100 of 400 at 1')
  assert.equal(found(text, { countersToAggregate: ['WAITING'] }), '')
})

test("the sleeping threads of a program under AWS's agent are no threads at work", () => {
  const bodies = resolve(import.meta.dirname, '../../../../fixtures/agent-bodies')
  const atWork = (name: string) => {
    const { tree } = new ProfileDecoder().decode(readFileSync(join(bodies, `${name}.body.json`)))
    return [totals(tree)[0], new PatternSet([]).find(tree).samples]
  }
  assert.deepEqual(atWork('small-first-report'), [88, 0])
  // Two that compute, and 23 samples of one that waits for a lock, which its name does not tell.
  assert.deepEqual(atWork('medium'), [117, 50])
})

test('of a profile with too few samples nothing is said but how many there must be', () => {
  const set = new PatternSet([pattern()])
  const { ofProfile, ofMatches } = leastSamples
  assert.deepEqual(set.find(stacks('')), { samples: 0, needed: ofProfile, recommendations: [] })
  const tiny = set.find(stacks(`re:compile RUNNABLE=${ofProfile - 1} | a IDLE=9999 WAITING=9999`))
  assert.deepEqual(tiny, { samples: ofProfile - 1, needed: ofProfile, recommendations: [] })
  assert.equal(set.find(stacks(`re:compile RUNNABLE=${ofProfile}`)).recommendations.length, 1)
  // Enough of a profile, but a match seen a few times only.
  assert.equal(found(`re:compile RUNNABLE=${ofMatches - 1} | a RUNNABLE=191`, { thresholdPercent: 1 }), '')
  assert.equal(
    found(`re:compile RUNNABLE=${ofMatches} | a RUNNABLE=190`, { thresholdPercent: 1 }),
    '10 of 200 at 1',
  )
})

test('a pattern for a language is tried where the profile shows that language', () => {
  const python = { targetFrames: [['*compile']], language: 'python' }
  assert.equal(found('shop:main;re:compile RUNNABLE=500', python), '500 of 500 at 1')
  assert.equal(found('java.lang.Thread.run;regex.Pattern.compile RUNNABLE=500', python), '')
  assert.equal(found('node:main;app/src/a.js:compile RUNNABLE=500', python), '')
  const both = 'java.lang.Thread.run;regex.Pattern.compile RUNNABLE=500 | shop:main RUNNABLE=500'
  assert.equal(found(both, python), '500 of 1000 at 1')
  const jvm = { targetFrames: [['*compile']], language: 'jvm' }
  assert.equal(found('java.lang.Thread.run;regex.Pattern.compile RUNNABLE=500', jvm), '500 of 500 at 1')
  const node = { targetFrames: [['*compile']], language: 'node' }
  assert.equal(found('node:main;app/src/a.js:compile RUNNABLE=500', node), '500 of 500 at 1')
  assert.equal(found('app/src/a.js:compile;native:RegExp: a+ RUNNABLE=500', node), '500 of 500 at 1')
})

test('what is found of a sum of profiles is in proportion to them', () => {
  const one = stacks('re:compile RUNNABLE=100 | a RUNNABLE=900')
  const other = stacks('b;re:compile RUNNABLE=300 | a RUNNABLE=700')
  const [recommendation] = new PatternSet([pattern()]).find(mergeTrees([one, other, other])).recommendations
  assert.deepEqual([recommendation!.samples, recommendation!.of], [700, 3000])
})

test('the largest share comes first', () => {
  const set = new PatternSet([
    pattern(),
    pattern({ id: 'parse', targetFrames: [['json:parse']] }),
    pattern({ id: 'lock', targetFrames: [['lock:take']], countersToAggregate: ['BLOCKED'] }),
  ])
  const { recommendations } = set.find(
    stacks('re:compile RUNNABLE=100 | json:parse RUNNABLE=400 | x RUNNABLE=500 | lock:take BLOCKED=50'),
  )
  assert.deepEqual(
    recommendations.map(({ pattern: { id } }) => id),
    ['lock', 'parse', 'compile'],
  )
})
