/**
 * A first guess at whose code a frame is, from its name and file. Colour and legend rest on it; nothing else does.
 * Rules are tried in order; what none claims is the reader's own code.
 */

export type FrameKind = 'mine' | 'dependency' | 'runtime'

/** In the order of their numbers in `FlameLayout` colours. */
export const frameKinds = ['mine', 'dependency', 'runtime'] as const satisfies readonly FrameKind[]

interface Rule {
  readonly kind: FrameKind
  readonly name?: RegExp
  readonly file?: RegExp
}

const rules: readonly Rule[] = [
  // Synthetic frames: <Sleep>, <frozen runpy>:_run_code, (garbage collector), (idle). Python's own <module>,
  // <lambda> and so on stand after a colon.
  { kind: 'runtime', name: /^[<(]/ },
  // The profiler's own frames.
  { kind: 'dependency', name: /^codeguru_profiler_agent[.:]/ },
  // Python: packages first, because they lie below lib/python3.x too.
  { kind: 'dependency', file: /[\\/](site|dist)-packages[\\/]/ },
  {
    kind: 'runtime',
    file: /[\\/]lib(64)?[\\/]python\d(\.\d+)?[\\/]|[\\/]python\d*(\.zip)?[\\/]lib[\\/]|^<frozen /,
  },
  // Node.js.
  { kind: 'runtime', file: /^node:/ },
  { kind: 'runtime', name: /\bnode:internal\b/ },
  { kind: 'dependency', file: /[\\/]node_modules[\\/]/ },
  // JVM: the platform, then what most services are built on.
  { kind: 'runtime', name: /^(java|javax|jdk|sun|com\.sun|kotlin|scala|clojure|groovy)\./ },
  {
    kind: 'dependency',
    name: /^(org\.(apache|springframework|hibernate|eclipse|jboss|slf4j|postgresql|glassfish|jooq|bouncycastle|xerial)|io\.(netty|grpc|micrometer|micronaut|vertx|quarkus|undertow|reactivex|opentelemetry|projectreactor|lettuce|smallrye|prometheus)|com\.(fasterxml|google|amazonaws|zaxxer|mysql|github|squareup|datastax|mongodb|codahale|netflix|lmax|linecorp)|ch\.qos|reactor|akka|okhttp3|okio|retrofit2|rx|software\.amazon|jakarta|net\.bytebuddy|redis\.clients|lombok|feign)\./,
  },
  // Native code below either.
  { kind: 'runtime', file: /\.so(\.\d+)*$|\.dylib$|\.dll$|^\[(kernel|vdso)/ },
]

/** @param file empty where unknown */
export function guessKind(name: string, file: string): FrameKind {
  for (const rule of rules) {
    if (rule.name?.test(name) || (rule.file !== undefined && file !== '' && rule.file.test(file)))
      return rule.kind
  }
  return 'mine'
}
