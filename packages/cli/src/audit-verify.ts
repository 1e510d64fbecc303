import { resolve } from 'node:path'
import type { EvidenceVerdict } from '@wick/server'
import { readPublicKeys, runningTrail, trailConfig } from './audit-evidence.ts'
import { serverFlags } from './flags.ts'
import { UsageError } from './usage-error.ts'

const command = 'wick audit verify'

export const auditVerify = {
  help: (): string =>
    [
      `${command} --data DIR [--digests COPY] [--public-key FILE] [--noted SEQUENCE:HASH] [--json]`,
      '',
      '  Compares the audit trail in DIR with its signed digests, each file and each record, whether a server runs on DIR or',
      '  not, and names every place where something was changed, removed, inserted or moved: exit code 1.',
      '',
      '  Whoever has the server and its master key can write all of that anew. What lies elsewhere tells:',
      '',
      '  --digests COPY         digests copied elsewhere (--audit-copy-directory, or what a sink kept): each must be the one in',
      '                         DIR. Public keys that lie beside them are the ones that count',
      '  --public-key FILE      what wick audit public-key printed, kept elsewhere: only these keys, and those that they',
      '                         announce, count',
      '  --noted SEQUENCE:HASH  what this command printed before: the record must still be there',
      '  --master-key-file FILE where the master key is, if not in DIR; not needed with public keys from elsewhere',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, {
      digests: { type: 'string' },
      'public-key': { type: 'string' },
      noted: { type: 'string' },
      'master-key-file': { type: 'string' },
      json: { type: 'boolean' },
    })
    const keyFile = values['public-key']
    const verdict = await verified(resolve(data), {
      outside: values.digests === undefined ? null : resolve(values.digests),
      publicKeys: keyFile === undefined ? null : await readPublicKeys(keyFile),
      noted: values.noted === undefined ? null : parseHead(values.noted),
      masterKeyFile: values['master-key-file'],
    })
    if (values.json) console.log(JSON.stringify(verdict, null, 2))
    else for (const line of report(verdict)) console.log(line)
    return verdict.problems.length === 0 ? 0 : 1
  },
}

interface Proof {
  readonly outside: string | null
  readonly publicKeys: Awaited<ReturnType<typeof readPublicKeys>> | null
  readonly noted: { readonly sequence: number; readonly hash: string } | null
  readonly masterKeyFile: string | undefined
}

async function verified(data: string, { masterKeyFile, ...proof }: Proof): Promise<EvidenceVerdict> {
  const { DirectoryInUse, publicKeysInPem, trailFiles, verifyDirectoryTrail, verifyEvidence } = await import(
    '@wick/server'
  )
  try {
    return await verifyDirectoryTrail(await trailConfig(data, masterKeyFile), proof)
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error
    const log = await runningTrail(data)
    const { publicKeys, ...rest } = proof
    const keys = publicKeys ?? (await log.chain()).publicKeys.flatMap(publicKeysInPem)
    return verifyEvidence({ log, files: trailFiles(data), isRunning: true, keys, ...rest })
  }
}

function report({ records, digests, outside, head, problems }: EvidenceVerdict): string[] {
  if (problems.length > 0) return problems.map(({ place, what }) => `${place}: ${what}`)
  const copied = outside === null ? '' : `, and so is the copy up to digest ${outside}`
  return [
    `${records} records and ${digests} digests are as they were written${copied}: up to ${head.sequence}:${head.hash}`,
  ]
}

/** @throws UsageError */
function parseHead(text: string): { sequence: number; hash: string } {
  const [sequence = '', hash = '', ...rest] = text.split(':')
  if (!/^\d{1,15}$/.test(sequence) || !/^[0-9a-f]{64}$/.test(hash) || rest.length > 0)
    throw new UsageError('--noted is SEQUENCE:HASH, as wick audit verify prints it.')
  return { sequence: Number(sequence), hash }
}
