import { resolve } from 'node:path'
import { adminClient } from './admin-client.ts'
import { runningTrail, trailConfig } from './audit-evidence.ts'
import { dataFlag } from './data-flag.ts'
import { serverFlags } from './flags.ts'
import { succeeded } from './server-answer.ts'

export const auditPublicKey = {
  help: (): string =>
    [
      'wick audit public-key --data DIR [--master-key-file FILE]',
      '',
      '  Prints the public keys that the digests of the audit trail in DIR are signed with, the one in use last (PEM). Keep',
      '  them where the administrator of the server cannot reach: wick audit verify --public-key takes them.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags('wick audit public-key', args, {
      'master-key-file': { type: 'string' },
    })
    const { DirectoryInUse, directoryAuditKeys, pemOf } = await import('@wick/server')
    const config = await trailConfig(resolve(data), values['master-key-file'])
    try {
      for (const key of await directoryAuditKeys(config)) process.stdout.write(pemOf(key))
    } catch (error) {
      if (!(error instanceof DirectoryInUse)) throw error
      for (const pem of (await (await runningTrail(data)).chain()).publicKeys) process.stdout.write(pem)
    }
    return 0
  },
}

export const auditRotateKey = {
  help: (): string =>
    [
      'wick audit rotate-key --data DIR',
      '',
      '  Has the server running on DIR sign the digests of its audit trail with a new key from now on. The old one signs a',
      '  last digest that names the new one, and is forgotten but for its public half.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const client = await adminClient(dataFlag('wick audit rotate-key', args))
    const { body } = succeeded(await client.call('POST', '/v1/audit/rotate-key', ''))
    const { number, publicKeys } = JSON.parse(body.toString()) as { number: number; publicKeys: string[] }
    console.log(`wick: digest ${number} is the last one under the old key. The new one is`)
    process.stdout.write(publicKeys.at(-1)!)
    return 0
  },
}

export const auditDigest = {
  help: (): string =>
    [
      'wick audit digest --data DIR',
      '',
      '  Has the server running on DIR make a digest of its audit trail now, instead of at the end of the hour, and copy it to',
      '  where its settings say.',
    ].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const client = await adminClient(dataFlag('wick audit digest', args))
    const { body } = succeeded(await client.call('POST', '/v1/audit/digests', ''))
    const { number, last } = JSON.parse(body.toString()) as { number: number; last: { sequence: number } }
    console.log(`wick: digest ${number} covers the trail up to record ${last.sequence}`)
    return 0
  },
}
