export { describeConfig, settingsHelp } from './config/describe-settings.ts'
export { type ConfigResult, type Environment, loadConfig } from './config/load-config.ts'
export { newMasterKeyVariable, noKeyIn, SecretKey, secretVariables } from './config/secret-key.ts'
export { type Config, type Setting, settings } from './config/settings.ts'
export {
  type RunningServer,
  readDirectoryTrail,
  rotateDirectoryKeys,
  startServer,
  verifyDirectoryTrail,
} from './main.ts'
export { StartupError } from './startup-error.ts'
