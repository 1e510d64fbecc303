"""The chain: each source is asked in turn, the first that has credentials gives them, until they are about to expire."""

import shlex
import subprocess
import time

from .. import native
from ..http_exchange import HttpClient, Unreachable
from ..sigv4 import Credentials
from . import metadata, sts
from .errors import NoCredentials
from .shared_files import SharedFiles

REFRESH_BEFORE_SECONDS = 300.0
_MAX_PROFILES_IN_A_ROW = 5


class CredentialChain:
    """Resolves when first asked, again 5 minutes before what it has expires, and again when the server refuses it."""

    def __init__(self, settings, region, http, clock):
        self._environment = settings.environment
        self._session = settings.aws_session
        self._profile = settings.credential_profile or 'default'
        self._is_profile_given = settings.is_profile_given
        self._is_profile_chosen = settings.credential_profile is not None
        self._files = None
        self._region = region
        self._http = http
        # Credential sources of this machine are not asked through the proxy of the endpoint.
        self._direct = HttpClient()
        self._clock = clock
        self._credentials = None

    def current(self, seconds):
        """@returns Credentials that are valid now; raises NoCredentials or Unreachable"""
        found = self._credentials
        if found is not None and not self._is_stale(found):
            return found
        try:
            self._credentials = self._resolve(time.monotonic() + seconds)
        except Exception:
            # What is left of the old ones is better than nothing.
            if found is not None and found.expires is not None and found.expires > self._clock.now():
                return found
            raise
        return self._credentials

    def has_others(self, refused, seconds):
        """Looks again after the server refused some. @returns whether there are others by now"""
        before, self._credentials = self._credentials, None
        try:
            return not self.current(seconds).is_same(refused)
        except (NoCredentials, Unreachable):
            # They may be good for other questions, and nothing else is to be had now.
            self._credentials = before
            return False

    def _is_stale(self, credentials):
        return credentials.expires is not None and credentials.expires - self._clock.now() < REFRESH_BEFORE_SECONDS

    def _resolve(self, deadline):
        if self._session is not None:
            return _from_session(self._session, self._clock.now())
        # Read each time: keys are changed while programs run.
        self._files = SharedFiles(self._environment)
        # Arguments win over the environment, as with AWS's SDKs.
        of_environment = () if self._is_profile_given else (self._of_environment, self._of_web_identity)
        for source in (*of_environment, self._of_profile, self._of_container, self._of_instance):
            found = source(deadline)
            if found is not None:
                return found
        raise NoCredentials(
            'no AWS credentials found: not in the environment, the shared files'
            + (f' (profile {self._profile})' if self._is_profile_chosen else '')
            + ', a web identity token, a container or an instance'
        )

    def _of_environment(self, _deadline):
        environment = self._environment
        key, secret = environment.get('AWS_ACCESS_KEY_ID'), environment.get('AWS_SECRET_ACCESS_KEY')
        if not key:
            return None
        if not secret:
            raise NoCredentials('AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not')
        return Credentials(key, secret, environment.get('AWS_SESSION_TOKEN'))

    def _of_web_identity(self, deadline):
        environment = self._environment
        path, role = environment.get('AWS_WEB_IDENTITY_TOKEN_FILE'), environment.get('AWS_ROLE_ARN')
        if not path or not role:
            return None
        return self._by_token(path, role, environment.get('AWS_ROLE_SESSION_NAME'), deadline)

    def _by_token(self, path, role, session_name, deadline):
        try:
            # Read each time: the platform writes a new token before the old one expires.
            with open(path, encoding='utf-8') as file:
                token = file.read(65_536).strip()
        except (OSError, ValueError) as error:
            raise NoCredentials(f'the web identity token in {path} cannot be read: {error}') from error
        return sts.assume_role_with_web_identity(
            self._http, self._sts_endpoint(), role, session_name or _session_name(), token, deadline
        )

    def _sts_endpoint(self):
        return sts.sts_endpoint(self._environment, self._region, self._files.endpoint_url(self._profile, 'sts'))

    def _of_profile(self, deadline):
        profile = self._files.profile(self._profile)
        if profile is None:
            if self._is_profile_chosen:
                raise NoCredentials(f'the profile {self._profile} is in neither of the shared files')
            return None
        return self._by_profile(self._profile, profile, deadline, 1)

    def _by_profile(self, name, profile, deadline, depth):
        """Of one profile; those of others that it refers to at most five deep."""
        if depth > _MAX_PROFILES_IN_A_ROW:
            raise NoCredentials(f'the profile {name} refers to more than {_MAX_PROFILES_IN_A_ROW} others')
        if profile.get('role_arn'):
            if profile.get('web_identity_token_file'):
                return self._by_token(
                    profile['web_identity_token_file'], profile['role_arn'], profile.get('role_session_name'), deadline
                )
            return self._by_role(name, profile, deadline, depth)
        if profile.get('aws_access_key_id'):
            if not profile.get('aws_secret_access_key'):
                raise NoCredentials(f'the profile {name} has an access key id and no secret')
            return Credentials(
                profile['aws_access_key_id'], profile['aws_secret_access_key'], profile.get('aws_session_token')
            )
        if profile.get('credential_process'):
            return _run(profile['credential_process'], name, self._environment, deadline)
        if profile.get('sso_session') or profile.get('sso_start_url'):
            raise NoCredentials(f'the profile {name} signs a person in (SSO); a program needs keys or a role')
        return None

    def _by_role(self, name, profile, deadline, depth):
        source_name = profile.get('source_profile')
        if source_name:
            source = self._files.profile(source_name)
            if source is None:
                raise NoCredentials(f'the profile {name} refers to {source_name}, which is not there')
            # A profile may name itself: its role by its own keys.
            if source_name == name:
                source = {key: value for key, value in source.items() if key != 'role_arn'}
            credentials = self._by_profile(source_name, source, deadline, depth + 1)
        else:
            credentials = self._of_credential_source(profile.get('credential_source'), deadline)
        if credentials is None:
            raise NoCredentials(f'the profile {name} has a role and nothing to assume it with')
        return sts.assume_role(
            self._http,
            self._sts_endpoint(),
            profile.get('region') or self._region,
            credentials,
            profile,
            profile.get('role_session_name') or _session_name(),
            self._clock,
            deadline,
        )

    def _of_credential_source(self, source, deadline):
        if source == 'Environment':
            return self._of_environment(deadline)
        if source == 'EcsContainer':
            return self._of_container(deadline)
        if source == 'Ec2InstanceMetadata':
            return self._of_instance(deadline)
        return None

    def _of_container(self, deadline):
        return metadata.container_credentials(self._direct, self._environment, deadline)

    def _of_instance(self, deadline):
        return metadata.instance_credentials(self._direct, self._environment, deadline)


def _from_session(session, now):
    """Of a boto3 or botocore session that the program gave."""
    try:
        found = session.get_credentials()
        frozen = found and found.get_frozen_credentials()
    except Exception as error:  # it is the program's, or a library's
        raise NoCredentials(f'the session that the program gave failed: {type(error).__name__}: {error}') from error
    if not frozen:
        raise NoCredentials('the session that the program gave has no credentials')
    # The session refreshes them by itself: it is asked again before long.
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token, now + REFRESH_BEFORE_SECONDS + 60)


def _run(command, profile, environment, deadline):
    try:
        child = native.with_signals_of_program(
            lambda: subprocess.Popen(
                shlex.split(command),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )
        with child:
            try:
                printed, _ = child.communicate(timeout=max(0.0, deadline - time.monotonic()))
            except BaseException:
                child.kill()
                raise
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NoCredentials(f'credential_process of the profile {profile} failed: {error}') from error
    if child.returncode != 0:
        raise NoCredentials(f'credential_process of the profile {profile} ended with {child.returncode}')
    return metadata.from_process(printed, f'credential_process of the profile {profile}')


def _session_name():
    return f'wick-agent-{int(time.time())}'
