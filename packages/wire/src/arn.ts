export interface ProfilingGroupAddress {
  readonly region: string
  readonly accountId: string
  readonly name: string
}

/** `arn:aws:codeguru-profiler:REGION:ACCOUNT:profilingGroup/NAME` */
export function profilingGroupArn({ region, accountId, name }: ProfilingGroupAddress): string {
  return `arn:aws:codeguru-profiler:${region}:${accountId}:profilingGroup/${name}`
}
