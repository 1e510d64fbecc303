export { trailFiles } from './audit/digest-files.ts'
export { readTrail } from './audit/read-trail.ts'
export { type PublicKey, pemOf, publicKeysInPem } from './audit/signing-key.ts'
export { type Evidence, type EvidenceVerdict, verifyEvidence } from './audit/verify-evidence.ts'
export { describeConfig, settingsHelp } from './config/describe-settings.ts'
export { type ConfigResult, type Environment, loadConfig } from './config/load-config.ts'
export { newMasterKeyVariable, noKeyIn, SecretKey, secretVariables } from './config/secret-key.ts'
export { type Config, type Setting, settings } from './config/settings.ts'
export {
  directoryAuditKeys,
  type RunningServer,
  readDirectoryTrail,
  rotateDirectoryKeys,
  startServer,
  verifyDirectoryTrail,
} from './main.ts'
export { DirectoryInUse, StartupError } from './startup-error.ts'
