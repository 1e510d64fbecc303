/** boto3 in a process of its own, driven by lines of JSON. */
import { startScript } from './python-script.ts'
import type { Wick } from './wick.ts'

/** Instants come as `{ datetime }`, streamed bodies as `{ base64 }`: whatever boto3 has made of the answer. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are the service model's, and each test looks at its part
export type Answer = any

type Parameters = Readonly<Record<string, unknown>>

interface RequestToSign {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Boto3 {
  /** @throws Boto3Error where boto3 raised a ClientError */
  call(operation: string, parameters?: Parameters, client?: Parameters): Promise<Answer>
  /** Every page that boto3's own paginator gets. */
  paginate(operation: string, parameters: Parameters, client?: Parameters): Promise<readonly Answer[]>
  /** @returns the headers that botocore's signer adds */
  sign(request: RequestToSign): Promise<Record<string, string>>
  close(): void
}

class Boto3Error extends Error {
  /** `Error.Code` of the response. */
  readonly code: string
  /** HTTP. */
  readonly status: number
  /** Whether it was raised as `client.exceptions.<code>`. */
  readonly isTyped: boolean

  constructor(raised: { code: string; status: number; isTyped: boolean; message: string }) {
    super(raised.message)
    this.code = raised.code
    this.status = raised.status
    this.isTyped = raised.isTyped
  }
}

/** Knows of the server what an AWS tool's environment says. */
export function startBoto3({ awsEnvironment }: Pick<Wick, 'awsEnvironment'>): Boto3 {
  const script = startScript('boto3_calls.py', awsEnvironment)
  const ask = async (question: Parameters): Promise<Answer> => {
    const answer = await script.ask(question)
    if (answer.raised !== undefined) throw new Boto3Error(answer.raised)
    return answer.value
  }
  return {
    call: (operation, parameters = {}, client = {}) => ask({ call: operation, parameters, client }),
    paginate: (operation, parameters, client = {}) => ask({ paginate: operation, parameters, client }),
    sign: (request) => ask({ sign: request }),
    close: () => script.close(),
  }
}
