import { type AdminClient, adminClient } from '../admin-client.ts'
import { CommandError } from '../command-error.ts'

/** IAM of the server running on a directory, as its administrator. */
export interface IamClient {
  /** @throws CommandError with what the server says */
  call(action: string, parameters?: Readonly<Record<string, string>>): Promise<IamAnswer>
  /** For what IAM does not know. */
  readonly admin: AdminClient
  /** Twelve digits. */
  readonly accountId: string
}

interface IamAnswer {
  /** Texts of every element of that name, in order. */
  all(element: string): readonly string[]
  /** The one text of that name. */
  one(element: string): string
}

/** @throws CommandError */
export async function iamClient(directory: string): Promise<IamClient> {
  const admin = await adminClient(directory)
  const call: IamClient['call'] = async (action, parameters = {}) => {
    const form = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }).toString()
    const to = { service: 'iam', contentType: 'application/x-www-form-urlencoded' }
    const { status, body } = await admin.call('POST', '/', form, to)
    const answer = answerIn(body.toString())
    if (status >= 300) throw new CommandError(`The server refused: ${answer.one('Message')}`)
    return answer
  }
  const own = (await call('GetUser')).one('Arn')
  return { admin, call, accountId: own.split(':')[4] ?? '' }
}

/** Of our own server's answers only elements without attributes are looked for. */
function answerIn(xml: string): IamAnswer {
  const all = (element: string): readonly string[] =>
    Array.from(xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g')), ([, text]) =>
      unescaped(text!),
    )
  return { all, one: (element) => all(element)[0] ?? '' }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#xD;', '\r')
    .replaceAll('&amp;', '&')
}
