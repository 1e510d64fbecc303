import aws from './aws.json' with { type: 'json' }
import classes from './classes.json' with { type: 'json' }
import collections from './collections.json' with { type: 'json' }
import compression from './compression.json' with { type: 'json' }
import crypto from './crypto.json' with { type: 'json' }
import database from './database.json' with { type: 'json' }
import datesNumbers from './dates-numbers.json' with { type: 'json' }
import exceptions from './exceptions.json' with { type: 'json' }
import files from './files.json' with { type: 'json' }
import http from './http.json' with { type: 'json' }
import json from './json.json' with { type: 'json' }
import locks from './locks.json' with { type: 'json' }
import logging from './logging.json' with { type: 'json' }
import memory from './memory.json' with { type: 'json' }
import network from './network.json' with { type: 'json' }
import random from './random.json' with { type: 'json' }
import reflection from './reflection.json' with { type: 'json' }
import regex from './regex.json' with { type: 'json' }
import serialization from './serialization.json' with { type: 'json' }
import strings from './strings.json' with { type: 'json' }
import tls from './tls.json' with { type: 'json' }
import waiting from './waiting.json' with { type: 'json' }
import xml from './xml.json' with { type: 'json' }

/** One file for each area. */
export const jvmPatterns: readonly (readonly object[])[] = [
  aws,
  classes,
  collections,
  compression,
  crypto,
  database,
  datesNumbers,
  exceptions,
  files,
  http,
  json,
  locks,
  logging,
  memory,
  network,
  random,
  reflection,
  regex,
  serialization,
  strings,
  tls,
  waiting,
  xml,
]
