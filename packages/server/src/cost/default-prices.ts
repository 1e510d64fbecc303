import type { PriceTable } from './price-table.ts'

/**
 * What is used until an operator brings a table: on-demand prices of common EC2 instances with Linux in us-east-1, and for
 * other hosts what Fargate takes for a processor and a gigabyte there. US dollars by the hour, as of 2025.
 */

/** Price of `family.large`; larger sizes cost in proportion. */
const largeHour: Readonly<Record<string, number>> = {
  m5: 0.096,
  m5a: 0.086,
  m6a: 0.0864,
  m6g: 0.077,
  m6i: 0.096,
  m7a: 0.11592,
  m7g: 0.0816,
  m7i: 0.1008,
  c5: 0.085,
  c5a: 0.077,
  c6a: 0.0765,
  c6g: 0.068,
  c6i: 0.085,
  c7a: 0.10264,
  c7g: 0.0725,
  c7i: 0.08925,
  r5: 0.126,
  r5a: 0.113,
  r6a: 0.1134,
  r6g: 0.1008,
  r6i: 0.126,
  r7a: 0.15215,
  r7g: 0.1071,
  r7i: 0.1323,
  t3: 0.0832,
  t3a: 0.0752,
  t4g: 0.0672,
}

/** How many times a `large` each size is. */
const sizes: Readonly<Record<string, number>> = {
  large: 1,
  xlarge: 2,
  '2xlarge': 4,
  '4xlarge': 8,
  '8xlarge': 16,
  '9xlarge': 18,
  '12xlarge': 24,
  '16xlarge': 32,
  '18xlarge': 36,
  '24xlarge': 48,
  '32xlarge': 64,
  '48xlarge': 96,
}

/** Burstable instances also come smaller, and no larger than 2xlarge. */
const smallSizes: Readonly<Record<string, number>> = {
  nano: 1 / 16,
  micro: 1 / 8,
  small: 1 / 4,
  medium: 1 / 2,
  large: 1,
  xlarge: 2,
  '2xlarge': 4,
}

export const defaultPrices: PriceTable = {
  name: 'AWS on demand, us-east-1, Linux',
  currency: 'USD',
  instanceHour: new Map(
    Object.entries(largeHour).flatMap(([family, price]) =>
      Object.entries(family.startsWith('t') ? smallSizes : sizes).map(
        ([size, times]) => [`${family}.${size}`, price * times] as const,
      ),
    ),
  ),
  vCpuHour: 0.04048,
  gbHour: 0.004445,
  otherHour: null,
}
