import type { iamService } from '@wick/wire/query'
import type { QueryHandlers } from './query-handler.ts'

/** What is built of IAM. */
export const iamHandlers: QueryHandlers<typeof iamService.operations> = {}
