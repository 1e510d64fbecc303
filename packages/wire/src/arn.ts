import { isDigits, isLowerWord, isWord } from './characters.ts'

export interface ProfilingGroupAddress {
  readonly region: string
  readonly accountId: string
  readonly name: string
}

/** `arn:aws:codeguru-profiler:REGION:ACCOUNT:profilingGroup/NAME` */
export function profilingGroupArn({ region, accountId, name }: ProfilingGroupAddress): string {
  return `arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/${name}`
}

const accountDigits = 12
const longestName = 255

/** Null where that is no group's ARN. */
export function parseProfilingGroupArn(text: string): ProfilingGroupAddress | null {
  const [scheme, partition, service, region = '', accountId = '', resource = '', ...rest] = text.split(':', 7)
  if (scheme !== 'arn' || partition !== 'aws' || service !== 'codeguru-profiler' || rest.length > 0)
    return null
  if (!isWord(region) || !isAccountId(accountId) || !resource.startsWith('profilingGroup/')) return null
  const name = resource.slice('profilingGroup/'.length)
  return isWord(name) && name.length <= longestName ? { region, accountId, name } : null
}

/** `aws`, `aws-cn`, `aws-us-gov`, … */
export function isPartition(text: string): boolean {
  return text === 'aws' || (text.startsWith('aws-') && isLowerWord(text))
}

export function isAccountId(text: string): boolean {
  return text.length === accountDigits && isDigits(text)
}
