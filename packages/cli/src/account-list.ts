import { adminClient } from './admin-client.ts'
import { serverFlags } from './flags.ts'
import { counted } from './progress.ts'
import { succeeded } from './server-answer.ts'

const command = 'wick account list'

interface Account {
  readonly accountId: string
  readonly users: number
  readonly roles: number
}

export const accountList = {
  help: (): string =>
    [`${command} --data DIR [--json]`, '', '  The accounts of the server running on DIR.'].join('\n'),

  run: async (args: readonly string[]): Promise<number> => {
    const { data, values } = serverFlags(command, args, { json: { type: 'boolean', default: false } })
    const client = await adminClient(data)
    const { body } = succeeded(await client.call('GET', '/v1/accounts'))
    const { accounts } = JSON.parse(body.toString()) as { accounts: Account[] }
    if (values.json) console.log(JSON.stringify({ accounts }))
    else
      for (const { accountId, users, roles } of accounts)
        console.log(`${accountId}  ${counted(users, 'user')}, ${counted(roles, 'role')}`)
    return 0
  },
}
