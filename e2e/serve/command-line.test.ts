/** What `wick` says to whoever types something it cannot do, and to whoever asks what it can. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { type Ended, ended, runWick, startWick, temporaryDirectory } from '../support/wick.ts'

const launcher = resolve(import.meta.dirname, '../../wick')

test('without arguments wick says on stderr what there is, and exits with 2', async () => {
  const { exitCode, stdout, stderr } = await wick()
  assert.equal(exitCode, 2)
  assert.equal(stdout, '')
  for (const command of ['serve', 'demo', 'console', 'config check'])
    assert.match(stderr, new RegExp(`wick ${command} `))
})

for (const asked of [['--help'], ['-h'], ['help']]) {
  test(`wick ${asked} says on stdout what there is, and exits with 0`, async () => {
    const { exitCode, stdout, stderr } = await wick(...asked)
    assert.equal(exitCode, 0)
    assert.equal(stderr, '')
    assert.equal(stdout, (await wick()).stderr)
  })
}

for (const asked of [
  ['help', 'serve'],
  ['serve', '--help'],
  ['serve', '--data', 'x', '-h'],
]) {
  test(`wick ${asked.join(' ')} explains every flag with its default, and starts nothing`, async () => {
    const { exitCode, stdout } = await wick(...asked)
    assert.equal(exitCode, 0)
    assert.match(stdout, /^wick serve --data DIR \[flags\]\n/)
    assert.match(stdout, /--listen HOST:PORT .*\(127\.0\.0\.1:8443\)/)
    assert.match(stdout, /--region REGION .*\(us-east-1\)/)
    assert.match(stdout, /--account ID .*\(000000000000\)/)
    assert.match(stdout, /--agent-period-seconds N .*\(300\)/)
    for (const flag of ['--data DIR', '--config FILE', '--insecure-http', '--tls-name'])
      assert.ok(stdout.includes(flag), flag)
  })
}

for (const command of ['demo', 'console', 'config check']) {
  test(`wick help ${command} tells of ${command}`, async () => {
    const { exitCode, stdout } = await wick('help', ...command.split(' '))
    assert.equal(exitCode, 0)
    assert.match(stdout, new RegExp(`^wick ${command} `))
  })
}

for (const asked of [
  ['help', 'audit'],
  ['audit', '--help'],
]) {
  test(`wick ${asked.join(' ')} says which commands begin so`, async () => {
    const { exitCode, stdout } = await wick(...asked)
    assert.equal(exitCode, 0)
    assert.match(stdout, /^ {2}wick audit verify {2,}\w/m)
    assert.ok(stdout.split('\n').every((line) => line === '' || line.startsWith('  wick audit ')))
  })
}

test('wick --version names its version and the one of Node', async () => {
  const { exitCode, stdout } = await wick('--version')
  assert.equal(exitCode, 0)
  assert.match(stdout, /^wick \d+\.\d+\.\d+ \(node v\d+\.\d+\.\d+\)\n$/)
})

const mistakes: readonly [readonly string[], RegExp][] = [
  [['serv'], /There is no command 'serv'/],
  [['help', 'serv'], /There is no command 'serv'/],
  [['config'], /'config' needs a second word:\n {2}wick config check {3}say what is wrong/],
  [['config', 'chek'], /There is no command 'config chek'/],
  [['serve'], /--data DIR \(or WICK_DATA\) is needed/],
  [['serve', '--dta', 'x'], /There is no flag '--dta'; did you mean '--data'\?/],
  [
    ['serve', '--data', 'x', '--lisen', '127.0.0.1:0'],
    /There is no flag '--lisen'; did you mean '--listen'\?/,
  ],
  [['serve', '--data', 'x', '--frobnicate'], /There is no flag '--frobnicate'\.\n/],
  [['serve', 'x'], /'x' is not expected here: every setting has a flag/],
  [['serve', '--data'], /--data needs a value: --data DIR\./],
  [['serve', '--data', 'x', '--data', 'y'], /--data is given more than once\./],
  [['serve', '--data', 'x', '--listen', '8443'], /--listen must be HOST:PORT, .*; it is '8443'\./],
  [['serve', '--data', 'x', '--listen', '127.0.0.1:99999'], /--listen must be HOST:PORT/],
  [['serve', '--data', 'x', '--account', '42'], /--account must be 12 digits; it is '42'\./],
  [
    ['serve', '--data', 'x', '--config', '/nowhere.json'],
    /The configuration file \/nowhere\.json cannot be read: there is no such file\./,
  ],
  [['config', 'check', '--dta', 'x'], /There is no flag '--dta'; did you mean '--data'\?/],
  [['console'], /wick console needs --data DIR/],
  [['console', '--dta', 'x'], /'--dta'/],
  [['demo', '--lisen', 'x'], /There is no flag '--lisen'; did you mean '--listen'\?/],
]

for (const [args, message] of mistakes) {
  test(`'wick ${args.join(' ')}' is explained on stderr, with exit code 2`, async () => {
    const { exitCode, stdout, stderr } = await wick(...args)
    assert.equal(exitCode, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^wick: /)
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /\n {4}at /, 'a stack trace is no explanation')
  })
}

test('everything that is wrong is said at once, each with where it comes from', async (t) => {
  const file = join(await temporaryDirectory(t), 'wick.json')
  await writeFile(file, JSON.stringify({ region: 'Far Away', tlsNmae: 'x', maxProfileNodes: '12' }))
  const child = runWick(['serve', '--config', file, '--listen', 'here'], {
    WICK_ACCOUNT: '1',
    WICK_AGENT_PERIOD_SECONDS: '0',
  })
  const { exitCode, stderr } = await ended(child)
  assert.equal(exitCode, 2)
  const lines = stderr.trimEnd().split('\n')
  const expected = [
    /^wick: .*wick\.json: there is no setting 'tlsNmae'; did you mean 'tlsName'\?$/,
    /^wick: .*wick\.json: 'maxProfileNodes' must be a number\.$/,
    /^wick: --listen must be HOST:PORT.*; it is 'here'\.$/,
    /^wick: WICK_ACCOUNT must be 12 digits; it is '1'\.$/,
    /^wick: 'region' in .*wick\.json must be a region name such as us-east-1; it is 'Far Away'\.$/,
    /^wick: WICK_AGENT_PERIOD_SECONDS must be a whole number from 1 to 86400; it is '0'\.$/,
  ]
  for (const pattern of expected)
    assert.equal(lines.filter((line) => pattern.test(line)).length, 1, `${pattern} in ${stderr}`)
})

test("an agent period shorter than the minimum is refused: AWS's agents would stop without a word", async () => {
  const child = runWick(['serve', '--data', '/nowhere'], {
    WICK_AGENT_PERIOD_SECONDS: '30',
    WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: '60000',
  })
  const { exitCode, stderr } = await ended(child)
  assert.equal(exitCode, 2)
  assert.match(
    stderr,
    /WICK_AGENT_PERIOD_SECONDS \(30\) is shorter than WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS \(60000\)/,
  )
})

test('a variable that is no setting, and near to one, is warned about', async () => {
  const { exitCode, stderr } = await ended(
    runWick(['config', 'check', '--data', 'x'], { WICK_LISTN: '127.0.0.1:1' }),
  )
  assert.equal(exitCode, 0)
  assert.equal(stderr, 'wick: WICK_LISTN is no setting and is ignored; did you mean WICK_LISTEN?\n')
})

test('config check says of each setting what it is and where it comes from', async (t) => {
  const file = join(await temporaryDirectory(t), 'wick.json')
  await writeFile(file, JSON.stringify({ region: 'eu-west-1', listen: '127.0.0.1:1' }))
  const environment = { WICK_LISTEN: '127.0.0.1:2', WICK_MAX_PROFILE_DEPTH: '2000' }
  const { exitCode, stdout, stderr } = await ended(
    runWick(['config', 'check', '--config', file, '--data=x', '--listen', '127.0.0.1:3'], environment),
  )
  assert.equal(exitCode, 0)
  assert.equal(stderr, '')
  const rows = new Map(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.split(/\s+/, 1)[0]!, line.replace(/\s+/g, ' ')]),
  )
  assert.equal(rows.get('--data'), '--data x (--data)')
  assert.equal(rows.get('--listen'), '--listen 127.0.0.1:3 (--listen)')
  assert.equal(rows.get('--region'), `--region eu-west-1 ('region' in ${file})`)
  assert.equal(rows.get('--max-profile-depth'), '--max-profile-depth 2000 (WICK_MAX_PROFILE_DEPTH)')
  assert.equal(rows.get('--agent-period-seconds'), '--agent-period-seconds 300 (default)')
})

test('config check --json says the same to programs', async () => {
  const right = await wick('config', 'check', '--json', '--data', 'x', '--listen', '[::1]:0')
  assert.equal(right.exitCode, 0)
  const { kind, config, origins } = JSON.parse(right.stdout)
  assert.equal(kind, 'valid')
  assert.deepEqual(config.listen, { host: '::1', port: 0 })
  assert.deepEqual([origins.listen, origins.region], ['--listen', 'default'])

  const wrong = await wick('config', 'check', '--data', 'x', '--listen', 'here', '--json')
  assert.equal(wrong.exitCode, 2)
  assert.equal(JSON.parse(wrong.stdout).kind, 'invalid')
  assert.equal(JSON.parse(wrong.stdout).problems.length, 1)
  assert.match(wrong.stderr, /^wick: --listen must be/)
})

test('wick console prints one link to a running server', async (t) => {
  const directory = await temporaryDirectory(t)
  const server = await startWick({ directory })
  t.after(() => server.stop())
  const { exitCode, stdout } = await wick('console', '--data', directory)
  assert.equal(exitCode, 0)
  assert.ok(stdout.startsWith(`${server.url}/console/sign-in#`))
  assert.match(stdout, /#[\w-]{43}\n$/)
})

test('wick console without a running server says so, in words', async (t) => {
  const directory = await temporaryDirectory(t)
  const never = await wick('console', '--data', directory)
  assert.equal(never.exitCode, 1)
  assert.match(
    never.stderr,
    /^wick: There is no \S+\/(credentials|config): start a server on this directory first \(wick serve --data \S+\)\.\n$/,
  )
  const server = await startWick({ directory })
  await server.stop()
  const { exitCode, stdout, stderr } = await wick('console', '--data', directory)
  assert.equal(exitCode, 1)
  assert.equal(stdout, '')
  assert.equal(stderr, `wick: No server answers at ${server.url}. Is wick serve running on ${directory}?\n`)
})

test('./wick works through symbolic links, relative ones too, from any directory', async (t) => {
  const directory = await temporaryDirectory(t)
  await mkdir(join(directory, 'bin'))
  await symlink(launcher, join(directory, 'first'))
  await symlink('../first', join(directory, 'bin/wick'))
  for (const [command, cwd] of [
    [launcher, '/'],
    [join(directory, 'bin/wick'), '/'],
    ['./bin/wick', directory],
  ] as const) {
    const { exitCode, stdout } = await ended(
      spawn(command, ['--version'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] }),
    )
    assert.equal(exitCode, 0, command)
    assert.match(stdout, /^wick \d/)
  }
})

function wick(...args: readonly string[]): Promise<Ended> {
  return ended(runWick(args))
}
