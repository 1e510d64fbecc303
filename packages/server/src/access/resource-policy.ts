/**
 * The policy that lets agents of some identities send profiles to one group, in AWS's words and AWS's typography: its
 * tools compare texts.
 *
 * @param principals ARNs; with none, the policy allows nothing
 * @param groupArn the one resource it is about
 */
export function resourcePolicyText(principals: readonly string[], groupArn: string): string {
  const statement = {
    Sid: 'agentPermissions-statement',
    Effect: 'Allow',
    // One principal is a bare string, as IAM itself shortens it.
    Principal: { AWS: principals.length === 1 ? principals[0] : principals },
    Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
    Resource: groupArn,
  }
  return printed({ Version: '2012-10-17', Statement: principals.length === 0 ? [] : [statement] }, '')
}

type Json = string | readonly Json[] | { readonly [name: string]: Json | undefined }

/** Objects a member a line, lists on one line, blanks around colons. */
function printed(value: Json | undefined, indent: string): string {
  if (typeof value !== 'object') return JSON.stringify(value)
  if (isList(value))
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => printed(item, indent)).join(', ')} ]`
  const members = Object.entries(value).map(
    ([name, member]) => `${indent}  ${JSON.stringify(name)} : ${printed(member, `${indent}  `)}`,
  )
  return `{\n${members.join(',\n')}\n${indent}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
