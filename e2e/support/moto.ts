/** AWS's SNS and SQS as moto speaks them, in a process of its own: an implementation that knows nothing of ours. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type Boto3, startBoto3 } from './boto3.ts'
import { python } from './python.ts'

export interface Moto {
  readonly url: string
  /** What signs in to it. */
  readonly environment: Readonly<Record<string, string>>
  /** @returns ARN of a topic */
  createTopic(name: string): Promise<string>
  /** Bodies of what a topic has told since the last look, in its order. */
  told(name: string): Promise<readonly { readonly Subject: string; readonly Message: string }[]>
  close(): Promise<void>
}

export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const child = spawn(python, ['-m', 'moto.server', '--host', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  await answers(url)
  const environment = {
    ...{ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_DEFAULT_REGION: 'us-east-1' },
  }
  const boto3: Boto3 = startBoto3({
    awsEnvironment: { ...environment, PATH: process.env.PATH!, AWS_ENDPOINT_URL: url },
  })
  const [sns, sqs] = [{ service_name: 'sns' }, { service_name: 'sqs' }]
  const queueOf = async (name: string): Promise<string> =>
    (await boto3.call('create_queue', { QueueName: name }, sqs)).QueueUrl
  return {
    url,
    environment,
    createTopic: async (name) => {
      const { TopicArn } = await boto3.call('create_topic', { Name: name }, sns)
      const QueueUrl = await queueOf(name)
      const { Attributes } = await boto3.call(
        'get_queue_attributes',
        { QueueUrl, AttributeNames: ['QueueArn'] },
        sqs,
      )
      const subscription = { TopicArn, Protocol: 'sqs', Endpoint: Attributes.QueueArn }
      await boto3.call('subscribe', subscription, sns)
      return TopicArn
    },
    told: async (name) => {
      const question = { QueueUrl: await queueOf(name), MaxNumberOfMessages: 10 }
      const { Messages = [] } = await boto3.call('receive_message', question, sqs)
      return Messages.map(({ Body }: { Body: string }) => JSON.parse(Body))
    },
    close: async () => {
      boto3.close()
      const end = once(child, 'exit')
      child.kill()
      await end
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await wait(100)
  }
  throw new Error('moto does not answer')
}
