import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigResult, type Environment, loadConfig } from './load-config.ts'
import { type Config, settings } from './settings.ts'

interface Given {
  readonly flags?: readonly string[]
  readonly environment?: Environment
  /** Content of wick.json, which is named by --config. */
  readonly file?: unknown
}

function load({ flags = [], environment = {}, file }: Given): ConfigResult {
  const args = ['--data', 'dir', ...flags, ...(file === undefined ? [] : ['--config', 'wick.json'])]
  return loadConfig(args, environment, (name) => {
    assert.equal(name, 'wick.json')
    return typeof file === 'string' ? file : JSON.stringify(file)
  })
}

function config(given: Given): Config {
  const result = load(given)
  assert.ok(result.kind === 'valid', JSON.stringify(result))
  return result.config
}

function problems(given: Given): readonly string[] {
  const result = load(given)
  assert.ok(result.kind === 'invalid', 'it is valid')
  return result.problems
}

test('only the data directory must be named; the rest has the documented defaults', () => {
  assert.deepEqual(config({}), {
    dataDirectory: 'dir',
    listen: { host: '127.0.0.1', port: 8443 },
    insecureHttp: false,
    requireConsoleMfa: false,
    oidcIssuer: null,
    oidcClientId: 'wick',
    oidcClientSecretFile: null,
    oidcGroupsClaim: 'groups',
    oidcScopes: ['openid', 'profile', 'email'],
    oidcRoles: [],
    tlsNames: ['localhost'],
    tlsCertificateFile: null,
    tlsKeyFile: null,
    masterKeyFile: null,
    accountId: '000000000000',
    region: 'us-east-1',
    regions: [],
    clockSkewSeconds: 300,
    agentPeriodSeconds: 300,
    agentSamplingIntervalMilliseconds: 1000,
    agentMinimumReportingMilliseconds: 60_000,
    agentMemoryUsageLimitPercent: 10,
    agentMaxStackDepth: 1000,
    memoryBudgetBytes: 536_870_912,
    maxBodyBytes: 33_554_432,
    maxInflatedBytes: 134_217_728,
    maxProfileDepth: 1024,
    maxProfileNodes: 200_000,
    maxProfileNames: 200_000,
    maxNameBytes: 4096,
    maxProfileAgeSeconds: 86_400,
    maxProfilingGroups: 500,
    agentCallsPerSecond: 2000,
    callsPerSecond: 1000,
    normaliseNames: true,
    fiveMinuteRetentionDays: 15,
    hourlyRetentionDays: 60,
    dailyRetentionDays: 1095,
    metricsNetworks: [],
    metricsGroups: 100,
    oidcPrivateIssuers: [],
    oidcCaFile: null,
    auditDataEvents: 'minute',
    auditRetentionDays: 400,
    priceTable: null,
    auditCopyDirectory: null,
    auditSink: null,
    snsEndpoint: null,
    smtpServer: null,
    smtpFrom: null,
    smtpCredentialsFile: null,
    webhookPrivateHosts: [],
    trustedProxies: [],
    serves: ['agents', 'console', 'administration'],
    allowNetworks: [],
    denyNetworks: [],
    clientCertificates: [],
    endpointPolicy: null,
    listeners: [],
    maxConnectionsPerAddress: 1000,
    masterKey: null,
  })
  const { kind, ...rest } = loadConfig([], {}, () => '')
  assert.equal(kind, 'invalid')
  assert.deepEqual(rest, {
    problems: ['--data DIR (or WICK_DATA) is needed: the directory that keeps everything.'],
  })
})

test('the names other programs rely on', () => {
  const variables = settings.map(({ variable }) => variable)
  for (const name of [
    'WICK_AGENT_PERIOD_SECONDS',
    'WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS',
    'WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS',
    'WICK_REGIONS',
    'WICK_MASTER_KEY_FILE',
    'WICK_LISTEN',
  ])
    assert.ok(variables.includes(name), name)
  const flags = settings.map(({ flag }) => flag)
  for (const name of ['--data', '--listen', '--insecure-http', '--tls-name'])
    assert.ok(flags.includes(name), name)
})

test('flag, variable and key of a setting are one name, and no two settings share one', () => {
  const tlsNames = settings.find(({ name }) => name === 'tlsNames')!
  assert.deepEqual(
    [tlsNames.flag, tlsNames.variable, tlsNames.key],
    ['--tls-name', 'WICK_TLS_NAME', 'tlsName'],
  )
  assert.equal(new Set(settings.map(({ flag }) => flag)).size, settings.length)
})

test('flags win over the environment, the environment over the file, the file over the defaults', () => {
  const file = { region: 'eu-west-1' }
  const environment = { WICK_REGION: 'eu-west-2' }
  assert.equal(config({ file }).region, 'eu-west-1')
  assert.equal(config({ file, environment }).region, 'eu-west-2')
  assert.equal(config({ file, environment, flags: ['--region', 'eu-west-3'] }).region, 'eu-west-3')
})

test('it is told where each value comes from', () => {
  const result = load({
    flags: ['--region=eu-west-3'],
    environment: { WICK_ACCOUNT: '123456789012' },
    file: { clockSkewSeconds: 60 },
  })
  assert.ok(result.kind === 'valid')
  const { region, accountId, clockSkewSeconds, listen } = result.origins
  assert.deepEqual(
    [region, accountId, clockSkewSeconds, listen],
    ['--region', 'WICK_ACCOUNT', "'clockSkewSeconds' in wick.json", 'default'],
  )
})

test('the file may be named by WICK_CONFIG, and then the flag wins', () => {
  const read = (args: readonly string[]): string => {
    let read = ''
    loadConfig(args, { WICK_CONFIG: 'from-environment.json' }, (name) => {
      read = name
      return '{}'
    })
    return read
  }
  assert.equal(read([]), 'from-environment.json')
  assert.equal(read(['--config', 'from-flag.json']), 'from-flag.json')
})

test('an empty environment variable counts as not set', () => {
  assert.equal(config({ environment: { WICK_REGION: '', WICK_CONFIG: '' } }).region, 'us-east-1')
})

test('the file holds strings, numbers, booleans and lists', () => {
  const file = {
    listen: '[::1]:0',
    insecureHttp: true,
    maxBodyBytes: 4096,
    tlsName: ['wick.example.org', '*.example.org', '10.0.0.7'],
    regions: 'eu-west-1,eu-west-2',
  }
  const { listen, insecureHttp, maxBodyBytes, tlsNames, regions } = config({ file })
  assert.deepEqual(listen, { host: '::1', port: 0 })
  assert.equal(insecureHttp, true)
  assert.equal(maxBodyBytes, 4096)
  assert.deepEqual(tlsNames, ['wick.example.org', '*.example.org', '10.0.0.7'])
  assert.deepEqual(regions, ['eu-west-1', 'eu-west-2'])
})

test('a value of the wrong kind in the file is refused', () => {
  const file = { listen: 8443, insecureHttp: 'yes', maxBodyBytes: '4096', regions: [1], region: null }
  assert.deepEqual(problems({ file }), [
    "wick.json: 'listen' must be a string.",
    "wick.json: 'insecureHttp' must be true or false.",
    "wick.json: 'maxBodyBytes' must be a number.",
    "wick.json: 'regions' must be a list of strings.",
    "wick.json: 'region' must be a string.",
  ])
})

test('an unknown key is refused, with the one that was probably meant', () => {
  assert.deepEqual(problems({ file: { lissten: 'x', dataDirectory: 'x', tls: 'x', qqq: 1 } }), [
    "wick.json: there is no setting 'lissten'; did you mean 'listen'?",
    "wick.json: there is no setting 'dataDirectory'; did you mean 'data'?",
    "wick.json: there is no setting 'tls'; did you mean 'tlsName'?",
    "wick.json: there is no setting 'qqq'.",
  ])
  assert.deepEqual(problems({ file: '{"__proto__": {"region": "x"}}' }), [
    "wick.json: there is no setting '__proto__'.",
  ])
})

test('a file that is missing, not JSON or no object is named', () => {
  const missing = loadConfig(['--data', 'd', '--config', 'gone.json'], {}, () => {
    throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' })
  })
  assert.deepEqual(missing, {
    kind: 'invalid',
    problems: ['The configuration file gone.json cannot be read: there is no such file.'],
  })
  assert.match(problems({ file: '{"listen":' })[0]!, /^wick\.json is not valid JSON: /)
  assert.match(problems({ file: [] })[0]!, /^wick\.json must hold one JSON object/)
})

test('everything wrong is told at once, with its place and what would be right', () => {
  const given = {
    flags: ['--listen', 'nowhere', '--account', '12', '--clok-skew-seconds', '5'],
    environment: { WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS: '9', WICK_INSECURE_HTTP: '1' },
    file: { region: 'US East' },
  }
  assert.deepEqual(problems(given), [
    "There is no flag '--clok-skew-seconds'; did you mean '--clock-skew-seconds'?",
    '--listen must be HOST:PORT, for example 127.0.0.1:8443 or [::1]:8443 (0.0.0.0:8443 listens on every IPv4 ' +
      "address); it is 'nowhere'.",
    "WICK_INSECURE_HTTP must be true or false; it is '1'.",
    "--account must be 12 digits; it is '12'.",
    "'region' in wick.json must be a region name such as us-east-1; it is 'US East'.",
    "WICK_AGENT_SAMPLING_INTERVAL_MILLISECONDS must be a whole number from 10 to 3600000; it is '9'.",
  ])
})

test('a mistyped environment variable is pointed out; foreign ones are left alone', () => {
  const result = load({ environment: { WICK_AGENT_PERIOD_SECOND: '5', WICK_FLAVOUR: 'mild', PATH: '/bin' } })
  assert.ok(result.kind === 'valid')
  assert.deepEqual(result.warnings, [
    'WICK_AGENT_PERIOD_SECOND is no setting and is ignored; did you mean WICK_AGENT_PERIOD_SECONDS?',
  ])
})

test('a period shorter than the minimum of reporting is refused; an equal one is fine', () => {
  const environment = (seconds: string, milliseconds: string): Environment => ({
    WICK_AGENT_PERIOD_SECONDS: seconds,
    WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS: milliseconds,
  })
  assert.deepEqual(problems({ environment: environment('30', '60000') }), [
    'WICK_AGENT_PERIOD_SECONDS (30) is shorter than WICK_AGENT_MINIMUM_REPORTING_MILLISECONDS (60000): ' +
      "AWS's agents would silently send nothing. Lower the minimum or lengthen the period.",
  ])
  assert.equal(config({ environment: environment('5', '5000') }).agentPeriodSeconds, 5)
  assert.equal(config({ environment: environment('1', '0') }).agentMinimumReportingMilliseconds, 0)
})

test('agents are not told what would make their profiles empty or refused', () => {
  const slow = ['--agent-sampling-interval-milliseconds', '300001']
  assert.match(problems({ flags: slow })[0]!, /profiles would be empty/)
  const deep = ['--agent-max-stack-depth', '2000']
  assert.match(problems({ flags: deep })[0]!, /profiles that are refused/)
  assert.equal(config({ flags: [...deep, '--max-profile-depth=2000'] }).agentMaxStackDepth, 2000)
})

test('plain HTTP is for loopback addresses only', () => {
  for (const host of ['127.0.0.1', '127.9.8.7', 'localhost', 'LOCALHOST', '[::1]', '[0:0:0:0:0:0:0:1]'])
    assert.equal(config({ flags: ['--insecure-http', '--listen', `${host}:8080`] }).insecureHttp, true)
  for (const host of [
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    'wick.example.org',
    '128.0.0.1',
    'localhost.example.org',
  ])
    assert.match(problems({ flags: ['--insecure-http', '--listen', `${host}:8080`] })[0]!, /loopback/)
})

test('the master key is taken from the environment; an empty variable is none', () => {
  const environment = { WICK_MASTER_KEY: 'ab'.repeat(32), WICK_NEW_MASTER_KEY: 'cd'.repeat(32) }
  const result = load({ environment })
  assert.ok(result.kind === 'valid')
  assert.deepEqual(result.config.masterKey?.bytes, Buffer.alloc(32, 0xab))
  assert.deepEqual(result.warnings, [], 'both variables are known')
  assert.equal(config({ environment: { WICK_MASTER_KEY: '' } }).masterKey, null)
})

test('a master key that is none is refused without being repeated', () => {
  const texts = ['secret', 'ab'.repeat(31), 'ab'.repeat(33), 'AB'.repeat(32), `${'ab'.repeat(31)}zz`, ' ']
  for (const text of [...texts, `0x${'ab'.repeat(32)}`, `${'ab'.repeat(32)}\n\n`])
    assert.deepEqual(problems({ environment: { WICK_MASTER_KEY: text } }), [
      'WICK_MASTER_KEY must be 64 hexadecimal digits (0-9 and a-f); what it holds is not shown.',
    ])
})

test('what is finer is not kept longer, and nothing shorter than it is accepted', () => {
  const variables = (five: string, hourly: string, daily: string, age = '86400'): Given => ({
    environment: {
      WICK_FIVE_MINUTE_RETENTION_DAYS: five,
      WICK_HOURLY_RETENTION_DAYS: hourly,
      WICK_DAILY_RETENTION_DAYS: daily,
      WICK_MAX_PROFILE_AGE_SECONDS: age,
    },
  })
  assert.equal(config(variables('1', '1', '1')).dailyRetentionDays, 1)
  assert.match(problems(variables('16', '15', '60'))[0]!, /must not become smaller/)
  assert.match(problems(variables('15', '60', '59'))[0]!, /must not become smaller/)
  assert.match(problems(variables('1', '1', '6', '604800'))[0]!, /accepted and not kept/)
  assert.equal(config(variables('1', '1', '7', '604800')).dailyRetentionDays, 7)
  assert.match(problems(variables('0', '1', '7'))[0]!, /a whole number from 1 to 36500/)
})

test('there is no flag and no key in the file for the master key itself', () => {
  assert.match(problems({ flags: ['--master-key', 'ab'] })[0]!, /no flag '--master-key'; did you mean/)
  assert.match(problems({ file: { masterKey: 'ab' } })[0]!, /no setting 'masterKey'; did you mean/)
})

test('an identity provider speaks TLS, unless it is on this machine', () => {
  const issuer = (text: string) => load({ flags: ['--oidc-issuer', text] })
  for (const good of ['https://login.example.org/realms/a', 'http://127.0.0.1:8080', 'http://localhost:8080'])
    assert.equal(issuer(good).kind, 'valid', good)
  for (const bad of ['http://login.example.org', 'login.example.org', 'file:///etc/passwd'])
    assert.equal(issuer(bad).kind, 'invalid', bad)
})

test('groups of the identity provider map to roles, the last equals sign between them', () => {
  const roles = (text: string) => load({ flags: ['--oidc-roles', text] })
  const good = roles('ops=Operators,cn=dev=Viewers')
  assert.ok(good.kind === 'valid')
  assert.deepEqual(good.config.oidcRoles, [
    { group: 'ops', role: 'Operators' },
    { group: 'cn=dev', role: 'Viewers' },
  ])
  for (const bad of ['ops', '=Operators', 'ops=', 'ops=a b']) assert.equal(roles(bad).kind, 'invalid', bad)
})
