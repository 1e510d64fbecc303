import clients from './clients.json' with { type: 'json' }
import concurrency from './concurrency.json' with { type: 'json' }
import dataFormats from './data-formats.json' with { type: 'json' }
import databasesAndTemplates from './databases-and-templates.json' with { type: 'json' }
import datesAndNumbers from './dates-and-numbers.json' with { type: 'json' }
import filesAndProcesses from './files-and-processes.json' with { type: 'json' }
import logging from './logging.json' with { type: 'json' }
import objects from './objects.json' with { type: 'json' }
import startUp from './start-up.json' with { type: 'json' }

/** One file for each area. */
export const pythonPatterns: readonly (readonly object[])[] = [
  clients,
  concurrency,
  dataFormats,
  databasesAndTemplates,
  datesAndNumbers,
  filesAndProcesses,
  logging,
  objects,
  startUp,
]
