import { iam, iamList } from '../api/iam.ts'
import { Confirm } from '../app/confirm.tsx'
import { type Loaded, useLoaded } from '../app/loaded.ts'
import { Panel } from '../app/panel.tsx'
import { Time } from '../app/time.tsx'
import { isPasskey, orNone, removeDevice } from './identity.ts'
import { PasswordForm } from './password-form.tsx'

/** How a person signs in to the console as this user: password and second factor. */
export function SignInWays({ userName }: { userName: string }) {
  const UserName = userName
  const password = useLoaded(`password ${userName}`, async (signal) => {
    const found = await orNone(iam('GetLoginProfile', { UserName }, signal))
    return { profile: found?.LoginProfile ?? null }
  })
  const devices = useLoaded(`devices ${userName}`, (signal) =>
    iamList('ListMFADevices', { UserName }, (page) => page.MFADevices, signal),
  )
  return (
    <>
      <Panel
        title="Console password"
        hint="With one, a person can sign in to this console as the user."
        loaded={password}
        actions={<PasswordActions userName={userName} loaded={password} />}
      >
        {({ profile }) =>
          profile === null ? (
            <p>None.</p>
          ) : (
            <p>
              Set <Time at={profile.CreateDate} />
              {profile.PasswordResetRequired && ', to be changed at the next sign-in'}.
            </p>
          )
        }
      </Panel>
      <Panel
        title="Second factor"
        hint="Authenticator apps and passkeys of the user, who adds them at sign-in or on the own account page."
        loaded={devices}
      >
        {(found) =>
          found.length === 0 ? (
            <p>
              None: whoever knows the password or a key is the user. The user is asked to set one up at
              sign-in where the server requires it (<code>--require-console-mfa</code>).
            </p>
          ) : (
            <ul class="items">
              {found.map(({ SerialNumber, EnableDate }) => (
                <li key={SerialNumber}>
                  <span class="state on">{deviceName(SerialNumber)}</span>
                  <span class="grow quiet">
                    since <Time at={EnableDate} />
                  </span>
                  <Confirm
                    label="Remove"
                    name={`Remove the ${deviceName(SerialNumber)}`}
                    title={`Remove the ${deviceName(SerialNumber)}?`}
                    isSmall
                    onConfirm={async () => {
                      await removeDevice(userName, SerialNumber)
                      devices.reload()
                    }}
                  >
                    <p>
                      Without another one the password alone signs <strong>{userName}</strong> in from now on,
                      and policies that ask for a second factor refuse. Do it where the phone or key is lost.
                    </p>
                  </Confirm>
                </li>
              ))}
            </ul>
          )
        }
      </Panel>
    </>
  )
}

/** `authenticator app phone`, `passkey laptop`. */
function deviceName(serialNumber: string): string {
  const name = serialNumber.slice(serialNumber.lastIndexOf('/') + 1)
  return isPasskey(serialNumber)
    ? `passkey ${name.slice(0, name.lastIndexOf('-'))}`
    : `authenticator app ${name}`
}

type Password = { readonly profile: { readonly CreateDate: number } | null }

function PasswordActions({ userName, loaded }: { userName: string; loaded: Loaded<Password> }) {
  const isSet = loaded.value?.profile !== null
  return (
    <>
      <PasswordForm userName={userName} isSet={isSet} onSaved={loaded.reload} />
      {isSet && (
        <Confirm
          label="Remove"
          name="Remove the password"
          title={`Remove the password of ${userName}?`}
          onConfirm={async () => {
            await iam('DeleteLoginProfile', { UserName: userName })
            loaded.reload()
          }}
        >
          <p>The user cannot sign in to the console with a password any more. Access keys go on working.</p>
        </Confirm>
      )}
    </>
  )
}
