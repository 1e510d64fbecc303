/**
 * The condition keys that mean something here. A policy with another one is not taken: it is a slip of the pen, or speaks of
 * a service that Wick is not, and a key that no call ever has makes an `…IfExists` or a negated operator always true.
 */
import type { ParsedPolicy, PolicyProblem } from './parse-policy.ts'
import type { Policy } from './policy.ts'

/**
 * The global keys of AWS, also those that no call has here (organizations, calls on somebody's behalf): there they are
 * absent as well for whoever does not use them, so a policy that was written for AWS means the same here.
 * Source: IAM user guide, "AWS global condition context keys"; without the tag keys.
 */
const global = [
  ...['principalarn', 'principalaccount', 'principalorgpaths', 'principalorgid', 'principalisawsservice'],
  ...['principalservicename', 'principalservicenameslist', 'principaltype', 'userid', 'username'],
  ...['assumedroot', 'federatedprovider', 'tokenissuetime', 'multifactorauthage', 'multifactorauthpresent'],
  ...['chatbotsourcearn', 'ec2instancesourcevpc', 'ec2instancesourceprivateipv4', 'sourceidentity'],
  ...['sourceip', 'sourcevpc', 'sourcevpcarn', 'sourcevpce', 'vpceaccount', 'vpceorgid', 'vpceorgpaths'],
  ...['vpcsourceip', 'resourceaccount', 'resourceorgid', 'resourceorgpaths', 'calledvia', 'calledviafirst'],
  ...['calledvialast', 'viaawsservice', 'currenttime', 'epochtime', 'referer', 'requestedregion', 'tagkeys'],
  ...['securetransport', 'sourcearn', 'sourceaccount', 'sourceorgpaths', 'sourceorgid', 'useragent'],
]

const known: ReadonlySet<string> = new Set([
  ...global.map((name) => `aws:${name}`),
  ...['awsservicename', 'passedtoservice', 'permissionsboundary', 'policyarn'].map((name) => `iam:${name}`),
  ...['externalid', 'rolesessionname', 'sourceidentity', 'transitivetagkeys'].map((name) => `sts:${name}`),
])

/** What stands before the key of a tag. */
const tagPrefixes = ['aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/', 'iam:resourcetag/']

/** Of a web identity, behind its issuer: `issuer.example.com/path:sub`. */
const claims = [':aud', ':sub', ':oaud']

/** The policy as it was read, or a problem for each key that means nothing here: for policies that are being written. */
export function withKnownKeys(parsed: ParsedPolicy): ParsedPolicy {
  if (parsed.kind === 'problems') return parsed
  const problems = unknownKeysIn(parsed.policy)
  return problems.length === 0 ? parsed : { kind: 'problems', problems }
}

function unknownKeysIn({ statements }: Policy): PolicyProblem[] {
  const problems: PolicyProblem[] = []
  const look = (line: number, key: string, text: string): void => {
    if (!isKnownKey(key)) problems.push({ line, reason: `there is no condition key "${text}"` })
  }
  for (const { conditions, resources } of statements) {
    for (const resource of resources?.items ?? [])
      if (resource.kind === 'arn') for (const { key } of resource.variables) look(resource.line, key, key)
    for (const condition of conditions) {
      look(condition.line, condition.key, condition.keyText)
      if (condition.kind === 'compare')
        for (const { variables } of condition.operands)
          for (const { key } of variables) look(condition.line, key, key)
    }
  }
  return problems
}

/** `key` in lower case. */
function isKnownKey(key: string): boolean {
  return (
    known.has(key) ||
    tagPrefixes.some((prefix) => key.length > prefix.length && key.startsWith(prefix)) ||
    claims.some((claim) => key.endsWith(claim) && isIssuer(key.slice(0, -claim.length)))
  )
}

/** A host, with port and path where it has them: no prefix of a service. */
function isIssuer(text: string): boolean {
  return text.includes('.') || text.startsWith('localhost')
}
