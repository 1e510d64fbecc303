import type { Catalog } from './catalog.ts'

/** A change of the catalog that is one transaction with its audit record. */
export interface RecordedChanges {
  /**
   * Calls the method. Where that changes anything, the draft is linked to the chain of audit records in the same
   * transaction; where it changes nothing, there is no record.
   */
  recorded<M extends RecordedMethod>(
    draft: string,
    method: M,
    args: Parameters<Catalog[M]>,
  ): Promise<{ readonly value: Awaited<ReturnType<Catalog[M]>>; readonly isRecorded: boolean }>
}

/** Every method, so that a new one is not forgotten: whether it changes what a caller may ask to be changed. */
const isChange = {
  createGroup: true,
  findGroup: false,
  listGroups: false,
  allGroups: false,
  setProfilingEnabled: true,
  deleteGroup: true,
  retentionOf: false,
  setRetention: true,
  recordOrchestrations: false,
  putPolicy: true,
  removePolicy: true,
  changeTags: true,
  readAccounts: false,
  readAccount: false,
  commitAccount: true,
  channelsOf: false,
  addChannels: true,
  removeChannel: true,
  receiversOf: false,
  findReceiver: false,
  addReceiver: true,
  removeReceiver: true,
  reviveDeliveries: true,
  createSignInTicket: true,
  takeSignInTicket: true,
  createSession: true,
  findSession: false,
  touchSession: false,
  deleteSession: true,
  deleteExpired: false,
  sealedSecrets: false,
  replaceSealedSecrets: false,
  takeLease: false,
  giveUpLease: false,
  jobStates: false,
  writeJobState: false,
  anomaliesOf: false,
  findAnomaly: false,
  changeAnomalies: false,
  giveFeedback: true,
  removeAnomalies: false,
  forgetAnomalies: false,
  deliveryProgress: false,
  makeDeliveries: false,
  dueDeliveries: false,
  packDeliveries: false,
  noteDeliveries: false,
  deliveriesOf: false,
  announce: false,
  announcementsAfter: false,
  forgetAnnouncements: false,
  readNote: false,
  retentionClock: false,
  writeNote: false,
  appendRecords: false,
  auditHead: false,
  recordsAfter: false,
  recordsBefore: false,
  auditStart: false,
  auditDigests: false,
  auditKeys: false,
  addAuditDigest: false,
  forgetThroughDigest: false,
  recordMetrics: false,
  metricSeries: false,
  metricPoints: false,
  compactMetrics: false,
  metricsCollected: false,
  findAlarm: false,
  listAlarms: false,
  allAlarms: false,
  changeAlarms: true,
  alarmHistory: false,
  forgetAlarmHistory: false,
  patternsOf: false,
  putPattern: true,
  removePattern: true,
  findingsProgress: false,
  addFindings: false,
  findingsReport: false,
  reportBefore: false,
  listReports: false,
  latestReports: false,
  removeReports: false,
  forgetReports: false,
  statesOf: false,
  muteRecommendation: true,
  recorded: false,
  close: false,
} as const satisfies Readonly<Record<keyof Catalog, boolean>>

export type RecordedMethod = {
  [M in keyof typeof isChange]: (typeof isChange)[M] extends true ? M : never
}[keyof typeof isChange]

export function isRecordedMethod(name: PropertyKey): name is RecordedMethod {
  return Object.hasOwn(isChange, name) && isChange[name as keyof typeof isChange]
}
