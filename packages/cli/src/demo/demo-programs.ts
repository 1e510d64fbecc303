/** The programs of the demo: what runs, in which group, and what there is to find. */
export interface DemoProgram {
  readonly group: string
  readonly script: string
  /** One line for the person who watches. */
  readonly about: string
}

export const demoPrograms: readonly DemoProgram[] = [
  {
    group: 'demo-orders',
    script: 'orders.py',
    about: 'prices orders; look for price_order and what it spends its time on',
  },
  { group: 'demo-reports', script: 'reports.py', about: 'writes reports; look for serialise' },
]
