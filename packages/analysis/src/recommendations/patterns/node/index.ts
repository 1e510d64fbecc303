import codeLoading from './code-loading.json' with { type: 'json' }
import crypto from './crypto.json' with { type: 'json' }
import cryptoAndConnections from './crypto-and-connections.json' with { type: 'json' }
import errorsAndLogging from './errors-and-logging.json' with { type: 'json' }
import eventLoop from './event-loop.json' with { type: 'json' }
import filesAndProcesses from './files-and-processes.json' with { type: 'json' }
import objectsAndText from './objects-and-text.json' with { type: 'json' }

/** One file for each area. */
export const nodePatterns: readonly (readonly object[])[] = [
  codeLoading,
  crypto,
  cryptoAndConnections,
  errorsAndLogging,
  eventLoop,
  filesAndProcesses,
  objectsAndText,
]
