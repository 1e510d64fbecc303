import { accountCreate } from './account-create.ts'
import { accountList } from './account-list.ts'
import { alarmsAdd } from './alarms/alarms-add.ts'
import { alarmsList } from './alarms/alarms-list.ts'
import { alarmsRemove } from './alarms/alarms-remove.ts'
import { auditExport } from './audit-export.ts'
import { auditDigest, auditPublicKey, auditRotateKey } from './audit-keys.ts'
import { auditTail } from './audit-tail.ts'
import { auditVerify } from './audit-verify.ts'
import { CommandError } from './command-error.ts'
import { configCheck } from './config-check.ts'
import { consoleLink } from './console-link.ts'
import { demo } from './demo/demo.ts'
import { doctor } from './doctor.ts'
import { findingsList } from './findings/findings-list.ts'
import { findingsTry } from './findings/findings-try.ts'
import { patternsAdd, patternsList, patternsRemove } from './findings/patterns.ts'
import { createAgent, createViewer } from './iam/create-identity.ts'
import { explain } from './iam/explain.ts'
import { revokeSessions } from './iam/revoke-sessions.ts'
import { rotateKey } from './iam/rotate-key.ts'
import { keyRotate } from './key-rotate.ts'
import { notifyAdd } from './notify/notify-add.ts'
import { notifyList } from './notify/notify-list.ts'
import { notifyRemove } from './notify/notify-remove.ts'
import { notifyResend } from './notify/notify-resend.ts'
import { notifyTest } from './notify/notify-test.ts'
import { serve } from './serve.ts'
import { storeDelete } from './store-delete.ts'
import { storeExport } from './store-export.ts'
import { storeImport } from './store-import.ts'
import { storeRetention } from './store-retention.ts'
import { storeSeal } from './store-seal.ts'
import { storeStats } from './store-stats.ts'
import { storeVerify } from './store-verify.ts'
import { UsageError } from './usage-error.ts'

/** One command of `wick`: its words on the command line, one line about it, its help, what it does. */
interface Command {
  readonly words: readonly string[]
  readonly summary: string
  /** What `--help` prints. */
  readonly help: () => Promise<string> | string
  /** @returns the exit code */
  readonly run: (args: readonly string[]) => Promise<number>
}

const commands: readonly Command[] = [
  { words: ['serve'], summary: 'run the server', ...serve },
  { words: ['demo'], summary: 'run a server with a few programs to look at', ...demo },
  { words: ['console'], summary: 'print a one-time link that signs you in to the console', ...consoleLink },
  {
    words: ['config', 'check'],
    summary: 'say what is wrong with the settings, or what they are',
    ...configCheck,
  },
  { words: ['doctor'], summary: 'say what is unsafe, and how to make it safe', ...doctor },
  { words: ['account', 'create'], summary: 'make another account, with an administrator', ...accountCreate },
  { words: ['account', 'list'], summary: 'say which accounts there are', ...accountList },
  {
    words: ['iam', 'create-agent'],
    summary: 'make a user whose key may send profiles of a group',
    ...createAgent,
  },
  {
    words: ['iam', 'create-viewer'],
    summary: 'make a user whose key may look at a group',
    ...createViewer,
  },
  {
    words: ['iam', 'rotate-key'],
    summary: 'make another access key for a user, then retire the old',
    ...rotateKey,
  },
  {
    words: ['iam', 'revoke-sessions'],
    summary: 'end what the sessions of a role may do that were given so far',
    ...revokeSessions,
  },
  { words: ['iam', 'explain'], summary: 'say why somebody may do something, or may not', ...explain },
  { words: ['iam', 'rotate-master-key'], summary: 'the same as: wick key rotate', ...keyRotate },
  { words: ['audit', 'verify'], summary: 'prove that the audit trail is as it was written', ...auditVerify },
  { words: ['audit', 'tail'], summary: 'print what is recorded, as it is', ...auditTail },
  { words: ['audit', 'digest'], summary: 'make a digest of the audit trail now', ...auditDigest },
  {
    words: ['audit', 'public-key'],
    summary: 'print the keys that digests are signed with',
    ...auditPublicKey,
  },
  { words: ['audit', 'rotate-key'], summary: 'sign digests with another key from now on', ...auditRotateKey },
  { words: ['audit', 'export'], summary: 'print the audit trail', ...auditExport },
  { words: ['alarms', 'add'], summary: 'make an alarm on recommendations', ...alarmsAdd },
  { words: ['alarms', 'list'], summary: 'say which alarms there are, and their states', ...alarmsList },
  { words: ['alarms', 'remove'], summary: 'delete an alarm', ...alarmsRemove },
  { words: ['findings', 'list'], summary: 'say what patterns find in a group', ...findingsList },
  { words: ['findings', 'try'], summary: 'say what a pattern would find', ...findingsTry },
  { words: ['findings', 'patterns', 'list'], summary: 'say which patterns are looked for', ...patternsList },
  { words: ['findings', 'patterns', 'add'], summary: 'look for a pattern of your own', ...patternsAdd },
  { words: ['findings', 'patterns', 'remove'], summary: 'look for it no longer', ...patternsRemove },
  {
    words: ['notify', 'list'],
    summary: 'say who is told what concerns a group, and how it went',
    ...notifyList,
  },
  {
    words: ['notify', 'add'],
    summary: 'tell a webhook, a chat or a mailbox what concerns a group',
    ...notifyAdd,
  },
  { words: ['notify', 'remove'], summary: 'tell it nothing any more', ...notifyRemove },
  { words: ['notify', 'test'], summary: 'send a test notification, and say who took it', ...notifyTest },
  { words: ['notify', 'resend'], summary: 'try again what was given up', ...notifyResend },
  { words: ['key', 'rotate'], summary: 'change the master key of a directory', ...keyRotate },
  {
    words: ['store', 'stats'],
    summary: 'say what is kept of each group, and how much room it takes',
    ...storeStats,
  },
  {
    words: ['store', 'verify'],
    summary: 'compare everything that is kept with its checksums',
    ...storeVerify,
  },
  {
    words: ['store', 'export'],
    summary: 'write a group to a file: an archive, pprof and others',
    ...storeExport,
  },
  { words: ['store', 'import'], summary: 'keep what is in such files', ...storeImport },
  { words: ['store', 'retention'], summary: 'say or change how long a group is kept', ...storeRetention },
  { words: ['store', 'delete'], summary: 'delete a period of a group', ...storeDelete },
  { words: ['store', 'seal'], summary: 'seal what is over now, instead of within a minute', ...storeSeal },
]

const failure = 1
const usage = 2

async function main(args: readonly string[]): Promise<number> {
  const [first] = args
  if (first === undefined) {
    console.error(overview())
    return usage
  }
  if (first === '--version' || first === 'version') {
    console.log(await version())
    return 0
  }
  const isHelp = first === 'help' || first === '--help' || first === '-h'
  const asked = isHelp ? args.slice(1) : args
  if (asked.length === 0) {
    console.log(overview())
    return 0
  }
  const command = commands.find(({ words }) => words.every((word, i) => asked[i] === word))
  if (command === undefined) {
    const family = commands.filter(({ words }) => words.length > 1 && words[0] === asked[0])
    if (family.length === 0) throw new UsageError(`There is no command '${asked[0]}'.`)
    const [word, second] = asked
    if ((isHelp && second === undefined) || second === '--help' || second === '-h') {
      console.log(rowsOf(family))
      return 0
    }
    if (second === undefined) throw new UsageError(`'${word}' needs a second word:\n${rowsOf(family)}`)
    throw new UsageError(`There is no command '${word} ${second}'.`)
  }
  const rest = asked.slice(command.words.length)
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    console.log(await command.help())
    return 0
  }
  return command.run(rest)
}

function rowsOf(listed: readonly Command[]): string {
  const names = listed.map(({ words }) => words.join(' '))
  const width = Math.max(...names.map((name) => name.length))
  return listed.map(({ summary }, i) => `  wick ${names[i]!.padEnd(width)}   ${summary}`).join('\n')
}

function overview(): string {
  return [
    'Wick: a continuous profiler that speaks the CodeGuru Profiler API.',
    '',
    rowsOf(commands),
    '',
    "  wick help COMMAND tells more, and every command's flags. Start with: wick demo",
  ].join('\n')
}

async function version(): Promise<string> {
  const { default: description } = await import('../package.json', { with: { type: 'json' } })
  return `wick ${description.version} (node ${process.version})`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isUsage = error instanceof UsageError
  console.error(
    `wick: ${(error as Error).message}${isUsage ? '\n      wick --help lists what there is.' : ''}`,
  )
  const isExplained = isUsage || error instanceof CommandError || (error as Error).name === 'StartupError'
  if (!isExplained) console.error((error as Error).stack)
  process.exitCode = isUsage ? usage : failure
}
