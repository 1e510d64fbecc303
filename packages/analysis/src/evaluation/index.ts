export { fixedThreshold, seasonalZScore } from './baselines.ts'
export { type Detector, evaluate, ourDetector, type Verdict } from './evaluate.ts'
export { defaultFleet } from './fleet.ts'
