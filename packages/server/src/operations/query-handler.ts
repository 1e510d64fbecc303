import type { QueryInput, QueryOperation, QueryOutput } from '@wick/wire/query'
import type { Access } from '../access/access.ts'
import type { OperationContext } from './context.ts'

/** One operation of a query service (IAM, STS). */
export interface QueryHandler<O extends QueryOperation = QueryOperation> {
  /** What must be allowed, all of it; nothing where having an identity is enough. */
  access(call: QueryCall<O>): readonly Access[]
  run(call: QueryCall<O>): Promise<QueryOutput<O>>
}

interface QueryCall<O extends QueryOperation = QueryOperation> {
  readonly context: OperationContext
  readonly input: QueryInput<O>
}

/** By action; those that are not built yet are left out. */
export type QueryHandlers<T extends Readonly<Record<string, QueryOperation>>> = {
  readonly [K in keyof T]?: QueryHandler<T[K]>
}
