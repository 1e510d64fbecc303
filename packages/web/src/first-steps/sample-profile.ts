/** Profiles of a shop that does not exist: enough to see every page with something on it, and to find what got slower. */

interface SampleFrame {
  /** Samples of its own in a window: thread state → count. */
  readonly counts?: Readonly<Record<string, number>>
  readonly children?: Readonly<Record<string, SampleFrame>>
}

const shop: Readonly<Record<string, SampleFrame>> = {
  'java.lang.Thread.run': {
    children: {
      'com.example.shop.Server.handle': {
        counts: { RUNNABLE: 6 },
        children: {
          'com.example.shop.OrderController.place': {
            counts: { RUNNABLE: 9 },
            children: {
              'com.example.shop.PricingService.price': {
                counts: { RUNNABLE: 31 },
                children: {
                  'com.example.shop.Discounts.matching': {
                    counts: { RUNNABLE: 22 },
                    children: { 'java.util.regex.Pattern.compile': { counts: { RUNNABLE: 58 } } },
                  },
                  'java.math.BigDecimal.multiply': { counts: { RUNNABLE: 17 } },
                },
              },
              'com.example.shop.OrderRepository.save': {
                counts: { RUNNABLE: 4 },
                children: {
                  'org.postgresql.jdbc.PgPreparedStatement.executeUpdate': {
                    counts: { RUNNABLE: 7 },
                    children: { 'java.net.SocketInputStream.read': { counts: { WAITING: 140 } } },
                  },
                },
              },
              'com.example.shop.Stock.reserve': { counts: { RUNNABLE: 3, BLOCKED: 24 } },
            },
          },
          'com.example.shop.SearchController.find': {
            counts: { RUNNABLE: 5 },
            children: {
              'com.example.shop.Index.query': {
                counts: { RUNNABLE: 37 },
                children: { 'java.util.TimSort.sort': { counts: { RUNNABLE: 26 } } },
              },
            },
          },
          'com.fasterxml.jackson.databind.ObjectMapper.writeValueAsBytes': {
            counts: { RUNNABLE: 12 },
            children: {
              'com.fasterxml.jackson.core.json.UTF8JsonGenerator.writeString': { counts: { RUNNABLE: 19 } },
            },
          },
        },
      },
      'java.util.concurrent.ThreadPoolExecutor.getTask': { counts: { IDLE: 310 } },
    },
  },
  '(garbage collector)': { counts: { RUNNABLE: 14 } },
}

/** What takes longer since today: a change to find. */
const slower = 'java.util.regex.Pattern.compile'
const windowMilliseconds = 300_000
const mebibyte = 1024 * 1024

/**
 * One window of one host, as an agent posts it.
 *
 * @param end epoch milliseconds
 * @param isToday whether after the change
 */
export function sampleProfile(end: number, host: number, isToday: boolean): object {
  // The hour gives the load, so that lines move.
  const load = 1 + 0.35 * Math.sin(end / 2_400_000 + host)
  const used = Math.round((180 + 60 * Math.sin(end / 1_500_000 + host)) * mebibyte)
  return {
    start: end - windowMilliseconds,
    end,
    callgraph: { children: scaled(shop, (name) => load * (isToday && name === slower ? 1.9 : 1)) },
    agentMetadata: {
      agentInfo: { type: 'sample', version: '1' },
      fleetInfo: {
        computeType: 'aws_ec2_instance',
        hostType: 'm5.xlarge',
        hostName: `sample-host-${host}`,
      },
      durationInMs: windowMilliseconds,
      numTimesSampled: 300,
      cpuTimeInSeconds: Math.round(280 * load),
      metrics: { numThreads: 12 },
      labels: { version: isToday ? '1.1' : '1.0' },
    },
    heapSummary: {
      time: end,
      capacityBytes: 512 * mebibyte,
      usedBytes: used,
      types: [
        { name: 'byte[]', bytes: Math.round(used * 0.42), count: 41_000 },
        { name: 'java.lang.String', bytes: Math.round(used * 0.2), count: 120_000 },
        { name: 'com.example.shop.Order', bytes: Math.round(used * 0.11), count: 26_000 },
      ],
    },
  }
}

function scaled(
  frames: Readonly<Record<string, SampleFrame>>,
  factorOf: (name: string) => number,
): Record<string, SampleFrame> {
  return Object.fromEntries(
    Object.entries(frames).map(([name, { counts = {}, children }]) => {
      const factor = factorOf(name)
      const own = Object.entries(counts).map(([state, count]) => [state, Math.round(count * factor)])
      return [
        name,
        { counts: Object.fromEntries(own), ...(children && { children: scaled(children, factorOf) }) },
      ]
    }),
  )
}
