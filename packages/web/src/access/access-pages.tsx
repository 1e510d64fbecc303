import { followLink } from '../app/location.ts'
import { type AccessSection, accessHref, accessSections } from '../app/routes.ts'
import { GroupPage } from './group-page.tsx'
import { GroupsPage } from './groups-page.tsx'
import { PoliciesPage } from './policies-page.tsx'
import { PolicyPage } from './policy-page.tsx'
import { RolePage } from './role-page.tsx'
import { RolesPage } from './roles-page.tsx'
import { SimulatorPage } from './simulator-page.tsx'
import { UserPage } from './user-page.tsx'
import { UsersPage } from './users-page.tsx'

interface AccessPagesProps {
  readonly section: AccessSection
  /** Of the one to show; null for the list. */
  readonly name: string | null
}

/** Who may do what: identities, their policies, and what follows from them. */
export function AccessPages({ section, name }: AccessPagesProps) {
  return (
    <div class="group-frame">
      <nav class="tabs" aria-label="Access">
        <ul>
          {accessSections.map((one) => (
            <li key={one}>
              <a
                href={accessHref(one)}
                aria-current={one === section ? 'page' : undefined}
                onClick={followLink}
              >
                {labels[one]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="group-page">
        <div class="page access">
          <Content key={`${section} ${name}`} section={section} name={name} />
        </div>
      </div>
    </div>
  )
}

const labels: Readonly<Record<AccessSection, string>> = {
  users: 'Users',
  groups: 'User groups',
  roles: 'Roles',
  policies: 'Policies',
  simulator: 'Simulator',
}

function Content({ section, name }: AccessPagesProps) {
  switch (section) {
    case 'users':
      return name === null ? <UsersPage /> : <UserPage name={name} />
    case 'groups':
      return name === null ? <GroupsPage /> : <GroupPage name={name} />
    case 'roles':
      return name === null ? <RolesPage /> : <RolePage name={name} />
    case 'policies':
      return name === null ? <PoliciesPage /> : <PolicyPage arn={name} />
    case 'simulator':
      return <SimulatorPage />
  }
}
