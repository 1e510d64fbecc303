import type { Envelope } from '../identity/envelope.ts'
import type { AnomalyRow } from '../storage/anomaly-store.ts'
import type { Catalog, GroupRecord } from '../storage/catalog.ts'
import { type Anomaly, AnomalySeal } from './anomaly.ts'

export interface KeptAnomaly {
  readonly row: AnomalyRow
  readonly anomaly: Anomaly
}

const mostAnomalies = 1000

/** Of a group, the latest first. @param range epoch milliseconds; a part of each lies in it */
export async function keptAnomalies(
  { catalog, sealer }: { catalog: Pick<Catalog, 'anomaliesOf'>; sealer: Pick<Envelope, 'open'> },
  group: Pick<GroupRecord, 'id' | 'sealedDataKey'>,
  range: { readonly from: number; readonly to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER },
): Promise<KeptAnomaly[]> {
  const rows = await catalog.anomaliesOf({ groupId: group.id, ...range, limit: mostAnomalies })
  if (rows.length === 0) return []
  const seal = new AnomalySeal(sealer, group)
  return rows.flatMap((row) => {
    const anomaly = seal.open(row)
    return anomaly === null ? [] : [{ row, anomaly }]
  })
}
