/**
 * Random policies and requests: the evaluator agrees with the naive one, and what must hold for any policy holds.
 * FUZZ_PAIRS says how many pairs are compared (`make fuzz`: a million).
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { evaluate } from './evaluate.ts'
import { parsePolicy } from './parse-policy.ts'
import {
  arbitraryPolicies,
  arbitraryQuestion,
  asked,
  type Policies,
  parsed,
  type Question,
} from './testing/arbitrary-request.ts'
import { naiveEvaluate } from './testing/naive-evaluate.ts'
import { policy } from './testing/requests.ts'

type Outcome = ReturnType<typeof naiveEvaluate>

function outcome(policies: ReturnType<typeof parsed>, question: Question): Outcome {
  const decision = evaluate({ ...policies, ...asked(question) })
  if (decision.kind === 'allow') return 'allow'
  return decision.isExplicit ? 'explicit deny' : 'implicit deny'
}

const questionsEach = 10

test('the evaluator and the naive one agree', () => {
  const pairs = Number(process.env.FUZZ_PAIRS ?? 50_000)
  const seen: Record<Outcome, number> = { allow: 0, 'explicit deny': 0, 'implicit deny': 0 }
  const questions = fc.array(arbitraryQuestion, { minLength: questionsEach, maxLength: questionsEach })
  fc.assert(
    fc.property(arbitraryPolicies, questions, (policies, all) => {
      const prepared = parsed(policies)
      for (const question of all) {
        const wanted = naiveEvaluate({ ...policies, ...question })
        seen[wanted]++
        assert.equal(outcome(prepared, question), wanted, JSON.stringify(question))
      }
    }),
    { numRuns: Math.ceil(pairs / questionsEach) },
  )
  // The comparison means something only where each answer is frequent.
  for (const [kind, count] of Object.entries(seen))
    assert.ok(count > pairs / 50, `${kind}: ${count} of ${pairs}`)
})

/** Policies with what is done to each of them. */
function mapped(policies: Policies, change: (document: Document) => Document): Policies {
  const { identity, boundary, session, resourcePolicy, guardrails } = policies
  return {
    ...policies,
    identity: identity.map(change),
    boundary: boundary === null ? null : change(boundary),
    session: session === null ? null : session.map(change),
    resourcePolicy: resourcePolicy === null ? null : change(resourcePolicy),
    guardrails: guardrails.map(change),
  }
}

type Document = Policies['identity'][number]
type Elements = Readonly<Record<string, unknown>>

/** The document with other statements. */
function withStatements(document: Document, change: (statements: Elements[]) => unknown[]): Document {
  const { Statement, ...others } = document as unknown as Elements
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as Elements[]
  return { ...others, Statement: change(statements) } as unknown as Document
}

const upsideDown = (policies: Policies): Policies => {
  const turned = mapped(policies, (one) => withStatements(one, (all) => all.toReversed()))
  return {
    ...turned,
    identity: turned.identity.toReversed(),
    session: turned.session?.toReversed() ?? null,
    guardrails: turned.guardrails.toReversed(),
  }
}

/** `change` makes of each list of an element of this name another list. */
function withElement(name: RegExp, change: (value: unknown) => unknown) {
  return (document: Document): Document =>
    withStatements(document, (all) =>
      all.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([key, value]) => [key, name.test(key) ? change(value) : value]),
        ),
      ),
    )
}

const upperCase = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one: string) => one.toUpperCase()) : (value as string).toUpperCase()
const listOf = (value: unknown): unknown => (Array.isArray(value) ? value : [value])

describe('what holds for all policies', () => {
  /** What each of some questions is answered before and after a change of policies (or questions). */
  const law = (
    title: string,
    change: (policies: Policies, other: Policies) => Policies,
    isLawful: (before: Outcome, after: Outcome) => boolean,
    changeQuestion: (question: Question) => Question = (question) => question,
  ): void => {
    test(title, () => {
      const questions = fc.array(arbitraryQuestion, { minLength: 5, maxLength: 5 })
      fc.assert(
        fc.property(arbitraryPolicies, arbitraryPolicies, questions, (policies, other, all) => {
          const before = parsed(policies)
          const after = parsed(change(policies, other))
          for (const question of all) {
            const outcomes = [outcome(before, question), outcome(after, changeQuestion(question))] as const
            assert.ok(isLawful(...outcomes), `${outcomes.join(' became ')}: ${JSON.stringify(question)}`)
          }
        }),
        { numRuns: 1000 },
      )
    })
  }
  const onlyShrinks = (before: Outcome, after: Outcome): boolean => before === after || after !== 'allow'
  const same = (before: Outcome, after: Outcome): boolean => before === after
  const only =
    (effect: string) =>
    (document: Document): Document[] => {
      const kept = withStatements(document, (all) => all.filter(({ Effect }) => Effect === effect))
      return (kept as unknown as { Statement: unknown[] }).Statement.length === 0 ? [] : [kept]
    }

  law(
    'another Deny never allows',
    (policies, { identity }) => ({
      ...policies,
      identity: [...policies.identity, ...identity.flatMap(only('Deny'))],
    }),
    onlyShrinks,
  )
  law(
    'another Allow of the identity never denies',
    (policies, { identity }) => ({
      ...policies,
      identity: [...policies.identity, ...identity.flatMap(only('Allow'))],
    }),
    (before, after) => before === after || after === 'allow',
  )
  law(
    'a boundary, session policies and guardrails only take away',
    (policies, { boundary, session, guardrails }) => ({
      ...policies,
      boundary: policies.boundary ?? boundary,
      session: policies.session ?? session,
      guardrails: [...policies.guardrails, ...guardrails],
    }),
    onlyShrinks,
  )
  law('the order of policies and statements does not matter', upsideDown, same)
  law(
    'the case of actions does not matter',
    (policies) => mapped(policies, withElement(/Action$/, upperCase)),
    same,
    (question) => ({
      ...question,
      action: question.action.toLowerCase(),
    }),
  )
  law(
    'one alone is a list of one',
    (policies) => mapped(policies, withElement(/(Action|Resource)$/, listOf)),
    same,
  )
})

test('white space does not matter', () => {
  fc.assert(
    fc.property(arbitraryPolicies, ({ identity }) => {
      for (const document of identity) {
        const wide = policy(JSON.stringify(document, null, '\t').replaceAll('\n', '\r\n'))
        const narrow = policy(document)
        const withoutLines = (value: unknown): unknown =>
          JSON.parse(JSON.stringify(value, (key, inner) => (key === 'line' ? 0 : inner)))
        assert.deepEqual(withoutLines(wide), withoutLines(narrow))
      }
    }),
    { numRuns: 300 },
  )
})

test('parsing survives any text: it is a policy or has problems', () => {
  const broken = fc
    .tuple(arbitraryPolicies, fc.nat(), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([{ identity, guardrails, resourcePolicy }, at, length, text]) => {
      const whole = JSON.stringify([...identity, ...guardrails, resourcePolicy][0] ?? {})
      const start = at % (whole.length + 1)
      return whole.slice(0, start) + text + whole.slice(start + (length % 4))
    })
  for (const kind of ['identity', 'resource', 'trust', 'endpoint'] as const)
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), broken), (text) => {
        const result = parsePolicy(text, kind)
        if (result.kind === 'policy') return
        assert.ok(result.problems.length > 0)
        const lines = text.split('\n').length
        for (const { line, reason } of result.problems) assert.ok(line >= 1 && line <= lines && reason !== '')
      }),
      { numRuns: 2000 },
    )
})
