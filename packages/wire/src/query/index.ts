export { readCborInput, writeCborAnswer, writeCborError } from './cbor-message.ts'
export type { FormNode } from './form.ts'
export { iamService } from './iam/iam-service.ts'
export { readJsonInput } from './json-input.ts'
export { jsonValues, writeJsonAnswer } from './json-output.ts'
export { monitoringService, monitoringTarget } from './monitoring-service.ts'
export type { QueryOperation } from './operation.ts'
export { QueryError, type QueryErrorCode } from './query-errors.ts'
export {
  parseQueryRequest,
  type QueryInput,
  type QueryOutput,
  type QueryRequest,
  type QueryService,
  readQueryInput,
  writeQueryAnswer,
  writeQueryError,
} from './query-service.ts'
export type { InputOf, Members, OutputOf, Shape } from './shapes.ts'
export { stsService } from './sts-service.ts'
