import { CodeBlock } from '../app/code-block.tsx'
import type { NewKey } from './make-identity.ts'

/** A secret, this once: in the form that AWS's tools keep it in. */
export function NewKeyNotice({ made }: { made: NewKey }) {
  const { userName, accessKeyId, secretAccessKey } = made
  const lines = [
    `[${userName}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
  ]
  return (
    <div class="stack" role="status">
      <p>
        <strong>The secret is shown this once.</strong> Put these lines into a credentials file of AWS's tools
        (<code>~/.aws/credentials</code>), or hand them over safely.
      </p>
      <CodeBlock code={lines.join('\n')} label="access key" />
    </div>
  )
}
