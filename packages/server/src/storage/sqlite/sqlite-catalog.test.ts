import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { catalogContract } from '../catalog.contract.ts'
import { openDatabase } from './open-database.ts'
import { sqliteCatalog } from './sqlite-catalog.ts'
import { startCatalogThread } from './start-catalog-thread.ts'

const directory = mkdtempSync(join(tmpdir(), 'wick-catalog-'))
after(() => rmSync(directory, { recursive: true }))
let files = 0
const nextFile = (): string => join(directory, `${files++}.db`)

catalogContract('SQLite in memory', async () => sqliteCatalog(openDatabase(':memory:')))
catalogContract('SQLite in a file', async () => sqliteCatalog(openDatabase(nextFile())))
catalogContract('SQLite in a file, behind its thread', () => startCatalogThread(nextFile()))
