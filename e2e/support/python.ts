import { resolve } from 'node:path'

const programs = resolve(import.meta.dirname, '../.venv/bin')

/** The interpreter that has AWS's SDK and agent, and the AWS CLI beside it: made by scripts/setup-python.sh. */
export const python = resolve(programs, 'python')
export const pythonPrograms = programs
