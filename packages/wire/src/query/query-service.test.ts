import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  iamService,
  parseQueryRequest,
  QueryError,
  type QueryRequest,
  readQueryInput,
  stsService,
  writeQueryAnswer,
  writeQueryError,
} from './index.ts'
import { refusesQuery } from './testing/refuses-query.ts'

const parse = (text: string): QueryRequest<typeof iamService.operations> =>
  parseQueryRequest(iamService, Buffer.from(text))

test('a body names its operation and its version', () => {
  const { action, form } = parse('Action=GetUser&Version=2010-05-08&UserName=ann')
  assert.equal(action, 'GetUser')
  assert.deepEqual(readQueryInput(iamService.operations.GetUser, form), { UserName: 'ann' })
})

test('without an action there is nothing to do', () => {
  for (const body of ['', 'Version=2010-05-08', 'Action=&Version=2010-05-08', 'Action.member.1=GetUser'])
    refusesQuery('MissingAction', () => parse(body))
})

test('an operation that is not there, or is of another version, is said not to be found', () => {
  for (const [action, version] of [
    ['GetUsers', '2010-05-08'],
    ['getUser', '2010-05-08'],
    ['__proto__', '2010-05-08'],
    ['toString', '2010-05-08'],
    ['GetCallerIdentity', '2010-05-08'],
    ['GetUser', '2011-06-15'],
  ])
    refusesQuery(
      'InvalidAction',
      () => parse(`Action=${action}&Version=${version}`),
      new RegExp(`^Could not find operation ${action} for version ${version}$`),
    )
  refusesQuery('InvalidAction', () => parse('Action=GetUser'), /NO_VERSION_SPECIFIED/)
  refusesQuery('InvalidAction', () => parse(`Action=${'x'.repeat(100_000)}&Version=1`), /^.{0,300}$/)
})

test('an answer has the result in its wrapper, members in the order of the model', () => {
  const user = {
    CreateDate: Date.UTC(2026, 10, 25, 20, 30, 15, 999),
    Tags: [{ Value: '<&>', Key: 'team' }],
    UserName: 'ann',
    PermissionsBoundary: null,
    ...{ Arn: 'arn:aws:iam::123456789012:user/ann', UserId: 'AIDA', Path: '/' },
  }
  assert.equal(
    writeQueryAnswer(iamService, 'GetUser', { User: user }, 'id-1'),
    '<GetUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetUserResult><User><Path>/</Path>' +
      '<UserName>ann</UserName><UserId>AIDA</UserId><Arn>arn:aws:iam::123456789012:user/ann</Arn>' +
      '<CreateDate>2026-11-25T20:30:15Z</CreateDate><Tags><member><Key>team</Key><Value>&lt;&amp;&gt;</Value>' +
      '</member></Tags></User></GetUserResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>' +
      '</GetUserResponse>\n',
  )
})

test('an operation that gives nothing answers with the metadata alone', () => {
  assert.equal(
    writeQueryAnswer(iamService, 'DeleteUser', null, 'id-2'),
    '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">' +
      '<ResponseMetadata><RequestId>id-2</RequestId></ResponseMetadata></DeleteUserResponse>\n',
  )
})

test('maps are entries, blobs base64, booleans and empty lists as the SDKs read them', () => {
  const content = (xml: string): string => /Result>(.*)<\/\w+Result>/.exec(xml)![1]!
  assert.equal(
    content(writeQueryAnswer(iamService, 'GetAccountSummary', { SummaryMap: { Users: 3, 'a<b': -1 } }, '')),
    '<SummaryMap><entry><key>Users</key><value>3</value></entry><entry><key>a&lt;b</key><value>-1</value></entry></SummaryMap>',
  )
  assert.equal(
    content(writeQueryAnswer(iamService, 'ListUsers', { Users: [], IsTruncated: false }, '')),
    '<Users></Users><IsTruncated>false</IsTruncated>',
  )
  const device = { SerialNumber: 's', QRCodePNG: Uint8Array.of(0, 255, 16) }
  assert.equal(
    content(writeQueryAnswer(iamService, 'CreateVirtualMFADevice', { VirtualMFADevice: device }, '')),
    '<VirtualMFADevice><SerialNumber>s</SerialNumber><QRCodePNG>AP8Q</QRCodePNG></VirtualMFADevice>',
  )
})

test('policies in answers are percent-encoded', () => {
  const output = { UserName: 'ann', PolicyName: 'p', PolicyDocument: '{"a": "é!\'()*~"}' }
  assert.match(
    writeQueryAnswer(iamService, 'GetUserPolicy', output, ''),
    /<PolicyDocument>%7B%22a%22%3A%20%22%C3%A9%21%27%28%29%2A~%22%7D<\/PolicyDocument>/,
  )
})

test('an error says whose fault it is', () => {
  assert.equal(
    writeQueryError(stsService, new QueryError('AccessDenied', 'User: <x> is not authorized'), 'id-3'),
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code>' +
      '<Message>User: &lt;x&gt; is not authorized</Message></Error><RequestId>id-3</RequestId></ErrorResponse>\n',
  )
  assert.match(
    writeQueryError(iamService, new QueryError('InternalFailure', ''), ''),
    /<Type>Receiver<\/Type>/,
  )
})
