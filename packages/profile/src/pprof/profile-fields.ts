/** Field numbers of pprof's profile.proto (github.com/google/pprof, proto/profile.proto), those that Wick uses. */
export const profileField = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  timeNanos: 9,
  durationNanos: 10,
  defaultSampleType: 14,
} as const
export const valueTypeField = { type: 1, unit: 2 } as const
export const sampleField = { locationId: 1, value: 2 } as const
export const locationField = { id: 1, address: 3, line: 4 } as const
export const lineField = { functionId: 1, line: 2 } as const
export const functionField = { id: 1, name: 2, systemName: 3, filename: 4 } as const

/** The unit of counters that are numbers of samples. */
export const countUnit = 'count'
