/** The programs of the recommendation patterns: one for each pattern, with the problem and without it. */
import { execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { python } from '../../support/python.ts'
import { ended } from '../../support/wick.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const directory = join(import.meta.dirname, '../programs')

export const languages = ['jvm', 'python', 'node'] as const
export type Language = (typeof languages)[number]

export const variants = ['with', 'without'] as const
export type Variant = (typeof variants)[number]

/** The language of a pattern, by its id. */
export function languageOf(id: string): Language {
  const found = languages.find((language) => id.startsWith(`${language}-`))
  if (found === undefined) throw new Error(`${id} begins with none of ${languages.join('-, ')}-`)
  return found
}

/** `jvm-regex-compile` is the class RegexCompile; the others' files have the pattern's name. */
function programFile(id: string): string {
  const language = languageOf(id)
  const names = { jvm: [`${className(id)}.java`], python: [`${id}.py`], node: [`${id}.mjs`, `${id}.cjs`] }
  const file = names[language].find((name) => existsSync(join(directory, language, name)))
  if (file === undefined) throw new Error(`there is no program for ${id}: none of ${names[language]}`)
  return file
}

function className(id: string): string {
  const [, ...words] = id.split('-')
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}

/** The ids of all programs. */
export function allPrograms(): string[] {
  return languages.flatMap((language) =>
    readdirSync(join(directory, language)).flatMap((file) => {
      const [, name, ending] = /^(.+)\.(java|py|mjs|cjs)$/.exec(file) ?? []
      if (name === undefined || ['Program', 'LocalServer'].includes(name)) return []
      return ending === 'java'
        ? [`jvm${name.replace(/[A-Z0-9]+(?=[A-Z]|$)|[A-Z]/g, '-$&').toLowerCase()}`]
        : [name]
    }),
  )
}

/** Builds what programs of these languages need: agents, classes. */
export async function prepare(needed: ReadonlySet<Language>): Promise<void> {
  const script = (name: string) => run('sh', [join(root, 'scripts', name)])
  if (needed.has('python')) await script('setup-python.sh')
  if (needed.has('node')) await script('build-agent-node.sh')
  if (!needed.has('jvm')) return
  await script('build-agent-java.sh')
  // What was downloaded before is enough; only where it is not, the network is asked.
  const compile = ['-B', '-q', '-f', join(directory, 'jvm/pom.xml'), 'compile']
  await run('mvn', ['--offline', ...compile]).catch(() => run('mvn', compile))
}

/**
 * Runs a program to its end, Wick's agent for its language in it.
 *
 * @param environment where the agent reports; and `PROGRAM_SECONDS`, where that is to be another time than usual
 * @throws Error with what the program said where it did not end well
 */
export async function runProgram(
  id: string,
  variant: Variant,
  group: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const language = languageOf(id)
  const file = join(directory, language, programFile(id))
  const [command, args] = commands[language](file, group)
  const child = spawn(command, [...args, variant], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: join(directory, language),
    env: {
      ...environment,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CODEGURU_PROFILER_GROUP_NAME: group,
      LANG: 'C.UTF-8',
      PYTHONPATH: join(root, 'agents/python/src'),
      PYTHONDONTWRITEBYTECODE: '1',
      WICK_INITIAL_DELAY_SECONDS: '0',
    },
  })
  const { exitCode, stdout, stderr } = await ended(child)
  if (exitCode !== 0) throw new Error(`${id} ${variant} ended with ${exitCode}: ${stdout}${stderr}`)
}

const commands: Readonly<Record<Language, (file: string, group: string) => [string, string[]]>> = {
  jvm: (file, group) => {
    const target = join(directory, 'jvm/target')
    const agent = `-javaagent:${join(root, 'agents/java/target/wick-agent.jar')}=profilingGroupName:${group}`
    const name = /([^/\\]+)\.java$/.exec(file)![1]!
    return ['java', [agent, '-Xmx512m', '-cp', `${join(target, 'classes')}:${join(target, 'lib')}/*`, name]]
  },
  python: (file, group) => [python, ['-m', 'wick_agent', '-p', group, file]],
  node: (file) => [process.execPath, ['--import', join(root, 'packages/agent-node/dist/index.js'), file]],
}
