export { excessSince } from './excess.ts'
export {
  type Change,
  explainChanges,
  type NoticedChanges,
  noticeChanges,
  type Past,
  pastsOf,
} from './find-changes.ts'
export {
  defaultHistoryLimits,
  FrameHistory,
  type FrameHour,
  type HistoryLimits,
  likeHours,
} from './frame-history.ts'
export { appendHour, emptyHistories, type Histories } from './frame-hour.ts'
export type { Profiles } from './frames-side-by-side.ts'
export { decodeColumn, encodeColumn } from './history-codec.ts'
export { defaultKeenness, type Judgement, type Keenness } from './judge-frame.ts'
export {
  type Findings,
  type Match,
  PatternSet,
  type Recommendation,
} from './recommendations/find-recommendations.ts'
export { PatternError, parsePattern } from './recommendations/parse-pattern.ts'
export type { Pattern } from './recommendations/pattern.ts'
export { shippedPatterns } from './recommendations/shipped-patterns.ts'
