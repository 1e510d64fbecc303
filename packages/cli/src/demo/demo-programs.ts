/** The programs of the demo: what runs, in which group, and what there is to find. */
export interface DemoProgram {
  readonly group: string
  readonly runtime: 'node' | 'python' | 'java'
  /** In packages/cli/demo. */
  readonly script: string
  /** One line for the person who watches. */
  readonly about: string
}

export const demoPrograms: readonly DemoProgram[] = [
  {
    group: 'demo-checkout',
    runtime: 'node',
    script: 'checkout.mjs',
    about: 'Node.js: writes receipts; look for formatPrice and what it makes anew each time',
  },
  {
    group: 'demo-orders',
    runtime: 'python',
    script: 'orders.py',
    about: 'Python: prices orders; look for price_order and what it spends its time on',
  },
  {
    group: 'demo-stock',
    runtime: 'java',
    script: 'Stock.java',
    about: 'Java: counts stock; look for Stock.parse, and on the Heap page for what it remembers',
  },
]
