import classes from './classes.json' with { type: 'json' }
import collections from './collections.json' with { type: 'json' }
import compression from './compression.json' with { type: 'json' }
import crypto from './crypto.json' with { type: 'json' }
import datesNumbers from './dates-numbers.json' with { type: 'json' }
import exceptions from './exceptions.json' with { type: 'json' }
import files from './files.json' with { type: 'json' }
import locks from './locks.json' with { type: 'json' }
import memory from './memory.json' with { type: 'json' }
import network from './network.json' with { type: 'json' }
import random from './random.json' with { type: 'json' }
import reflection from './reflection.json' with { type: 'json' }
import regex from './regex.json' with { type: 'json' }
import serialization from './serialization.json' with { type: 'json' }
import strings from './strings.json' with { type: 'json' }
import waiting from './waiting.json' with { type: 'json' }

/** One file for each area. */
export const jvmPatterns: readonly (readonly object[])[] = [
  classes,
  collections,
  compression,
  crypto,
  datesNumbers,
  exceptions,
  files,
  locks,
  memory,
  network,
  random,
  reflection,
  regex,
  serialization,
  strings,
  waiting,
]
