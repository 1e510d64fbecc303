import type { PriceTable } from './price-table.ts'

/** An instance as far as its price goes. */
export interface PricedInstance {
  /** A type, a size as `4 vCPU, 2048 MB`, or nothing. */
  readonly hostType: string
  /** First and last instant of its profiles, epoch milliseconds. */
  readonly firstSeen: number
  readonly lastSeen: number
}

/** What a fleet costs at the rate of the time that was looked at. */
export interface FleetCost {
  /** The whole fleet by the hour; what has no price is not in it. */
  readonly perHour: number
  readonly perMonth: number
  readonly perYear: number
  /** How many instances there were at one time, on average: with a price, and without. */
  readonly priced: number
  readonly unpriced: number
  /** What it is made of, the dearest first; those without a price last. */
  readonly types: readonly TypeCost[]
}

interface TypeCost {
  readonly hostType: string
  /** At one time, on average. */
  readonly instances: number
  /** Of one; null where there is no price. */
  readonly hourPrice: number | null
  /** What the price is of: the type, its size, or the table's price for all others. */
  readonly by: 'type' | 'size' | 'other' | 'nothing'
  readonly perYear: number
}

/** Of the mean year: 365.25 days. */
const hoursOfYear = 8766
const monthsOfYear = 12

/**
 * An instance counts from its first profile to its last one, as a share of the time from the fleet's first to its last: so
 * hosts that replaced each other count as one, and a group that is an hour old costs what its hosts cost.
 */
export function fleetCost(instances: readonly PricedInstance[], prices: PriceTable): FleetCost {
  const first = Math.min(...instances.map(({ firstSeen }) => firstSeen))
  const last = Math.max(...instances.map(({ lastSeen }) => lastSeen))
  const shareOf = ({ firstSeen, lastSeen }: PricedInstance): number =>
    last > first ? (lastSeen - firstSeen) / (last - first) : 1
  const types = [...Map.groupBy(instances, ({ hostType }) => hostType)].map(([hostType, some]): TypeCost => {
    const count = some.reduce((sum, instance) => sum + shareOf(instance), 0)
    const { by, hourPrice } = priceOf(hostType, prices)
    return { hostType, instances: count, hourPrice, by, perYear: count * (hourPrice ?? 0) * hoursOfYear }
  })
  types.sort(
    (a, b) => b.perYear - a.perYear || b.instances - a.instances || (a.hostType < b.hostType ? -1 : 1),
  )
  const sum = (some: readonly TypeCost[]): number => some.reduce((all, { instances: n }) => all + n, 0)
  const perYear = types.reduce((all, type) => all + type.perYear, 0)
  return {
    perHour: perYear / hoursOfYear,
    perMonth: perYear / monthsOfYear,
    perYear,
    priced: sum(types.filter(({ hourPrice }) => hourPrice !== null)),
    unpriced: sum(types.filter(({ hourPrice }) => hourPrice === null)),
    types,
  }
}

const size = /^(?:([\d.]+) vCPU)?(?:, )?(?:([\d.]+) MB)?$/

/** Processors and memory in GB of a host type that is a size; null of any other text. */
export function sizeOfHost(
  hostType: string,
): { readonly vCpus: number | null; readonly gb: number | null } | null {
  const found = size.exec(hostType)
  if (hostType === '' || found === null) return null
  const [, cpus, megabytes] = found
  return {
    vCpus: cpus === undefined ? null : Number(cpus),
    gb: megabytes === undefined ? null : Number(megabytes) / 1024,
  }
}

function priceOf(
  hostType: string,
  { instanceHour, vCpuHour, gbHour, otherHour }: PriceTable,
): Pick<TypeCost, 'by' | 'hourPrice'> {
  const listed = instanceHour.get(hostType)
  if (listed !== undefined) return { by: 'type', hourPrice: listed }
  const size = sizeOfHost(hostType)
  // Memory alone is no price of a host: without processors it would be far too low.
  if (size !== null && size.vCpus !== null && vCpuHour !== null) {
    const memory = size.gb !== null && gbHour !== null ? size.gb * gbHour : 0
    return { by: 'size', hourPrice: size.vCpus * vCpuHour + memory }
  }
  return otherHour === null ? { by: 'nothing', hourPrice: null } : { by: 'other', hourPrice: otherHour }
}

/** How many processors a host type has; null where that is not known. Of EC2's types by the size in their name. */
export function vCpusOf(hostType: string): number | null {
  const said = sizeOfHost(hostType)
  if (said !== null) return said.vCpus
  const [, times, word] =
    /^[a-z][a-z0-9-]*\.(\d*)(nano|micro|small|medium|large|xlarge)$/.exec(hostType) ?? []
  switch (word) {
    case undefined:
      return null
    case 'medium':
      // Of a burstable family two, of the others one.
      return hostType.startsWith('t') ? 2 : 1
    case 'xlarge':
      return 4 * Number(times || 1)
    default:
      return 2
  }
}
