/** An authority of one's own, as people have it: made with openssl, in files. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Pki {
  readonly directory: string
  /** NAME.pem and NAME-key.pem. */
  authority(name: string, by?: string): Promise<void>
  /** A certificate for a host; `newkey` as openssl takes it. */
  leaf(name: string, options: Leaf): Promise<void>
  /** @returns the file of a list on which these certificates stand */
  revoke(authority: string, names: readonly string[]): Promise<string>
  file(name: string): string
  pem(name: string): Promise<string>
}

interface Leaf {
  readonly by: string
  readonly subject: string
  readonly uri: string
  readonly newkey: readonly string[]
  readonly extensions?: string
}

export const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] as const
export const rsaKey = ['-newkey', 'rsa:2048'] as const

const authorityExtensions = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'
const leafExtensions =
  'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n'

export function pki(directory: string): Pki {
  const openssl = (...args: readonly string[]) => run('openssl', [...args], { cwd: directory })
  const sign = async (name: string, by: string, subject: string, newkey: readonly string[], text: string) => {
    await writeFile(join(directory, `${name}.cnf`), text)
    const request = ['-keyout', `${name}-key.pem`, '-out', `${name}.csr`, '-subj', subject]
    await openssl('req', '-nodes', ...newkey, ...request)
    const issuer = ['-CA', `${by}.pem`, '-CAkey', `${by}-key.pem`, '-CAcreateserial']
    const output = ['-days', '30', '-extfile', `${name}.cnf`, '-out', `${name}.pem`]
    await openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, ...output)
  }
  const file = (name: string) => join(directory, name)
  return {
    directory,
    file,
    pem: (name) => readFile(file(`${name}.pem`), 'utf8'),
    authority: async (name, by) => {
      if (by !== undefined) return sign(name, by, `/O=Example/CN=${name}`, ecKey, authorityExtensions)
      const extensions = authorityExtensions
        .trim()
        .split('\n')
        .flatMap((line) => ['-addext', line])
      const self = ['-x509', '-nodes', '-keyout', `${name}-key.pem`, '-out', `${name}.pem`, '-days', '30']
      await openssl('req', ...self, ...ecKey, '-subj', `/O=Example/CN=${name}`, ...extensions)
    },
    leaf: (name, { by, subject, uri, newkey, extensions = leafExtensions }) =>
      sign(name, by, subject, newkey, `${extensions}subjectAltName=URI:${uri}\n`),
    revoke: async (authority, names) => {
      const settings = `[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n`
      await writeFile(file('ca.cnf'), settings)
      await writeFile(file('index.txt'), '')
      const signer = ['-config', 'ca.cnf', '-cert', `${authority}.pem`, '-keyfile', `${authority}-key.pem`]
      for (const name of names) await openssl('ca', ...signer, '-revoke', `${name}.pem`)
      await openssl('ca', ...signer, '-gencrl', '-out', 'list.pem')
      return file('list.pem')
    },
  }
}
