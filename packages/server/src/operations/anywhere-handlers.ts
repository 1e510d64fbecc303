import { randomUUID } from 'node:crypto'
import { ApiError, decodePageToken, encodePageToken, type RequestParts } from '@wick/wire'
import {
  type AnywhereKind,
  type AnywhereOperationName,
  anywhereArn,
  parseCreateProfile,
  parseCreateTrustAnchor,
  parseDeleteAttributeMapping,
  parseImportCrl,
  parseList,
  parsePutAttributeMapping,
  parseResourceArn,
  parseTagResource,
  parseUntagResource,
  parseUpdateCrl,
  parseUpdateProfile,
  parseUpdateTrustAnchor,
} from '@wick/wire/anywhere'
import type { Access } from '../access/access.ts'
import type { Entities } from '../iam/account.ts'
import {
  type Changed,
  createProfile,
  createTrustAnchor,
  type Desk,
  deleteAttributeMapping,
  deleteCrl,
  deleteProfile,
  deleteTrustAnchor,
  importCrl,
  putAttributeMapping,
  setEnabled,
  type TaggedKind,
  tag,
  tagsOf,
  untag,
  updateCrl,
  updateProfile,
  updateTrustAnchor,
} from '../roles-anywhere/administration.ts'
import {
  crlDetail,
  profileDetail,
  subjectDetail,
  subjectSummary,
  trustAnchorDetail,
} from '../roles-anywhere/describe.ts'
import { allOf, found, type Place } from '../roles-anywhere/entities.ts'
import type { OperationContext } from './context.ts'

/** One operation that administers Roles Anywhere. */
interface AnywhereHandler {
  /** What must be allowed, all of it. */
  readonly access: (context: OperationContext, parts: RequestParts) => readonly Access[]
  readonly run: (context: OperationContext, parts: RequestParts) => object | Promise<object>
}

type Name = Exclude<AnywhereOperationName, 'CreateSession'>

/** The label of a path that names an entity. */
const labels = {
  'trust-anchor': 'trustAnchorId',
  profile: 'profileId',
  crl: 'crlId',
  subject: 'subjectId',
} as const satisfies Record<AnywhereKind, string>

const idOf = ({ labels: found }: RequestParts, kind: AnywhereKind): string => found[labels[kind]]!

function placeOf({ accounts, scope }: OperationContext): Place {
  const account = accounts.find(scope.accountId)
  if (account === null) throw new Error(`there is no account ${scope.accountId}`)
  return { account, region: scope.region }
}

function change<T>(context: OperationContext, think: (desk: Desk) => Changed<T>): Promise<T> {
  const { accounts, scope, now } = context
  return accounts.change(scope.accountId, (account) => think({ account, region: scope.region, now: now() }))
}

/** The action of an operation's name, on everything or on one entity. */
function onAll(name: Name): AnywhereHandler['access'] {
  return () => [{ action: `rolesanywhere:${name}`, resource: '*' }]
}

function onOne(name: Name, kind: AnywhereKind): AnywhereHandler['access'] {
  return ({ scope }, parts) => [
    { action: `rolesanywhere:${name}`, resource: anywhereArn({ ...scope, kind, id: idOf(parts, kind) }) },
  ]
}

function onArn(name: Name, arnOf: (parts: RequestParts) => string): AnywhereHandler['access'] {
  return (_, parts) => [{ action: `rolesanywhere:${name}`, resource: arnOf(parts) }]
}

/** Whoever makes a profile hands its roles on. */
function passing(
  access: AnywhereHandler['access'],
  rolesOf: (parts: RequestParts) => readonly string[],
): AnywhereHandler['access'] {
  return (context, parts) => [
    ...access(context, parts),
    ...rolesOf(parts).map((resource) => ({
      action: 'iam:PassRole',
      resource,
      conditions: { 'iam:passedtoservice': 'rolesanywhere.amazonaws.com' },
    })),
  ]
}

type Described = 'trust-anchor' | 'profile' | 'crl'

const details: { readonly [K in Described]: (place: Place, entity: Entities[K]) => object } = {
  'trust-anchor': (place, anchor) => ({ trustAnchor: trustAnchorDetail(place, anchor) }),
  profile: (place, profile) => ({ profile: profileDetail(place, profile) }),
  crl: (place, crl) => ({ crl: crlDetail(place, crl) }),
}

/** Changes one entity and answers how it is then. */
function changing<K extends Described>(
  kind: K,
  think: (desk: Desk, parts: RequestParts) => Changed<Entities[K]>,
): AnywhereHandler['run'] {
  return async (context, parts) => {
    const entity = await change(context, (desk) => think(desk, parts))
    return details[kind](placeOf(context), entity)
  }
}

function creating<K extends Described>(
  kind: K,
  think: (desk: Desk, parts: RequestParts, id: string) => Changed<Entities[K]>,
): AnywhereHandler['run'] {
  return (context, parts) => {
    // Thinking again must not make another one.
    const id = randomUUID()
    return changing(kind, (desk, given) => think(desk, given, id))(context, parts)
  }
}

function getting<K extends Described>(name: Name, kind: K): AnywhereHandler {
  return {
    access: onOne(name, kind),
    run: (context, parts) => {
      const place = placeOf(context)
      return details[kind](place, found(place, kind, idOf(parts, kind)))
    },
  }
}

function switching(name: Name, kind: TaggedKind, enabled: boolean): AnywhereHandler {
  return {
    access: onOne(name, kind),
    run: changing(kind, (desk, parts) => setEnabled(desk, kind, idOf(parts, kind), enabled)),
  }
}

/** A page starts after the instant that its token holds; entities of one instant are never on two pages. */
function listing<K extends AnywhereKind>(
  name: Name,
  kind: K,
  field: string,
  describe: (place: Place, entity: Entities[K]) => object,
): AnywhereHandler {
  return {
    access: onAll(name),
    run: (context, parts) => {
      const { pageSize, nextToken } = parseList(parts)
      const place = placeOf(context)
      const call = [name, place.account.id, place.region]
      const after = nextToken === null ? -1 : decodePageToken(nextToken, call)
      const rest = allOf(place, kind).filter(({ createdAt }) => createdAt > after)
      const last = rest[pageSize - 1]
      const page = rest.filter((entity, i) => i < pageSize || entity.createdAt === last?.createdAt)
      return {
        [field]: page.map((entity) => describe(place, entity)),
        ...(page.length < rest.length && { nextToken: encodePageToken(last!.createdAt, call) }),
      }
    },
  }
}

const unsupported = (name: Name): AnywhereHandler => ({
  access: onAll(name),
  run: () => {
    throw new ApiError('NotImplementedException', `${name} is not implemented: nobody would be notified.`)
  },
})

const handlers: { readonly [K in Name]: AnywhereHandler } = {
  CreateTrustAnchor: {
    access: onAll('CreateTrustAnchor'),
    run: creating('trust-anchor', (desk, parts, id) =>
      createTrustAnchor(desk, parseCreateTrustAnchor(parts), id),
    ),
  },
  GetTrustAnchor: getting('GetTrustAnchor', 'trust-anchor'),
  ListTrustAnchors: listing('ListTrustAnchors', 'trust-anchor', 'trustAnchors', trustAnchorDetail),
  UpdateTrustAnchor: {
    access: onOne('UpdateTrustAnchor', 'trust-anchor'),
    run: changing('trust-anchor', (desk, parts) =>
      updateTrustAnchor(desk, idOf(parts, 'trust-anchor'), parseUpdateTrustAnchor(parts)),
    ),
  },
  EnableTrustAnchor: switching('EnableTrustAnchor', 'trust-anchor', true),
  DisableTrustAnchor: switching('DisableTrustAnchor', 'trust-anchor', false),
  DeleteTrustAnchor: {
    access: onOne('DeleteTrustAnchor', 'trust-anchor'),
    run: changing('trust-anchor', (desk, parts) => deleteTrustAnchor(desk, idOf(parts, 'trust-anchor'))),
  },

  CreateProfile: {
    access: passing(onAll('CreateProfile'), (parts) => parseCreateProfile(parts).roleArns),
    run: creating('profile', (desk, parts, id) => createProfile(desk, parseCreateProfile(parts), id)),
  },
  GetProfile: getting('GetProfile', 'profile'),
  ListProfiles: listing('ListProfiles', 'profile', 'profiles', profileDetail),
  UpdateProfile: {
    access: passing(onOne('UpdateProfile', 'profile'), (parts) => parseUpdateProfile(parts).roleArns ?? []),
    run: changing('profile', (desk, parts) =>
      updateProfile(desk, idOf(parts, 'profile'), parseUpdateProfile(parts)),
    ),
  },
  EnableProfile: switching('EnableProfile', 'profile', true),
  DisableProfile: switching('DisableProfile', 'profile', false),
  DeleteProfile: {
    access: onOne('DeleteProfile', 'profile'),
    run: changing('profile', (desk, parts) => deleteProfile(desk, idOf(parts, 'profile'))),
  },
  PutAttributeMapping: {
    access: onOne('PutAttributeMapping', 'profile'),
    run: changing('profile', (desk, parts) =>
      putAttributeMapping(desk, idOf(parts, 'profile'), parsePutAttributeMapping(parts)),
    ),
  },
  DeleteAttributeMapping: {
    access: onOne('DeleteAttributeMapping', 'profile'),
    run: changing('profile', (desk, parts) =>
      deleteAttributeMapping(desk, idOf(parts, 'profile'), parseDeleteAttributeMapping(parts)),
    ),
  },

  ImportCrl: {
    access: onAll('ImportCrl'),
    run: creating('crl', (desk, parts, id) => importCrl(desk, parseImportCrl(parts), id)),
  },
  GetCrl: getting('GetCrl', 'crl'),
  ListCrls: listing('ListCrls', 'crl', 'crls', crlDetail),
  UpdateCrl: {
    access: onOne('UpdateCrl', 'crl'),
    run: changing('crl', (desk, parts) => updateCrl(desk, idOf(parts, 'crl'), parseUpdateCrl(parts))),
  },
  EnableCrl: switching('EnableCrl', 'crl', true),
  DisableCrl: switching('DisableCrl', 'crl', false),
  DeleteCrl: {
    access: onOne('DeleteCrl', 'crl'),
    run: changing('crl', (desk, parts) => deleteCrl(desk, idOf(parts, 'crl'))),
  },

  GetSubject: {
    access: onOne('GetSubject', 'subject'),
    run: (context, parts) => {
      const place = placeOf(context)
      return { subject: subjectDetail(place, found(place, 'subject', idOf(parts, 'subject'))) }
    },
  },
  ListSubjects: listing('ListSubjects', 'subject', 'subjects', subjectSummary),

  ListTagsForResource: {
    access: onArn('ListTagsForResource', parseResourceArn),
    run: (context, parts) => {
      const tags = tagsOf(placeOf(context), parseResourceArn(parts))
      return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) }
    },
  },
  TagResource: {
    access: onArn('TagResource', (parts) => parseTagResource(parts).resourceArn),
    run: async (context, parts) => {
      const { resourceArn, tags } = parseTagResource(parts)
      await change(context, (desk) => tag(desk, resourceArn, tags))
      return {}
    },
  },
  UntagResource: {
    access: onArn('UntagResource', (parts) => parseUntagResource(parts).resourceArn),
    run: async (context, parts) => {
      const { resourceArn, tagKeys } = parseUntagResource(parts)
      await change(context, (desk) => untag(desk, resourceArn, tagKeys))
      return {}
    },
  },

  PutNotificationSettings: unsupported('PutNotificationSettings'),
  ResetNotificationSettings: unsupported('ResetNotificationSettings'),
}

export function anywhereHandlerOf(name: Name): AnywhereHandler {
  return handlers[name]
}
