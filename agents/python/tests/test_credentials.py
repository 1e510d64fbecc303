"""Every source of the chain, from real files and real HTTP."""

import calendar
import json
import os
import sys
import time

import pytest
from conftest import ScriptedServer, until

from wick_agent import native
from wick_agent.credentials.chain import CredentialChain
from wick_agent.credentials.errors import NoCredentials
from wick_agent.credentials.shared_files import parse
from wick_agent.http_exchange import HttpClient, Unreachable
from wick_agent.server_clock import ServerClock
from wick_agent.settings import Settings


def stamp(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + seconds))


def chain(environment, clock=time.time, **more):
    environment = {'AWS_EC2_METADATA_DISABLED': 'true', 'HOME': '/nonexistent', **environment}
    settings = Settings('group', 'us-east-1', environment=environment, **more)
    return CredentialChain(settings, 'us-east-1', HttpClient(environment=environment), ServerClock(clock))


def keys(found):
    return found.access_key, found.secret_key, found.token


@pytest.fixture
def files(tmp_path):
    def write(config='', credentials=''):
        (tmp_path / 'config').write_text(config)
        (tmp_path / 'credentials').write_text(credentials)
        return {
            'AWS_CONFIG_FILE': str(tmp_path / 'config'),
            'AWS_SHARED_CREDENTIALS_FILE': str(tmp_path / 'credentials'),
        }

    return write


def test_the_environment_comes_first(files):
    environment = files(credentials='[default]\naws_access_key_id=F\naws_secret_access_key=f\n')
    environment.update(AWS_ACCESS_KEY_ID='E', AWS_SECRET_ACCESS_KEY='e', AWS_SESSION_TOKEN='t')
    assert keys(chain(environment).current(1)) == ('E', 'e', 't')


@pytest.mark.parametrize('variable', ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
def test_credentials_with_a_line_break_are_refused_and_not_said(variable):
    environment = {'AWS_ACCESS_KEY_ID': 'E', 'AWS_SECRET_ACCESS_KEY': 'e', 'AWS_SESSION_TOKEN': 't', variable: 'SECRET\n'}
    with pytest.raises(NoCredentials, match='line break') as refused:
        chain(environment).current(1)
    assert 'SECRET' not in str(refused.value)


def test_a_profile_given_as_argument_wins_over_the_environment_and_one_of_the_environment_does_not(files, tmp_path):
    environment = files(credentials='[p]\naws_access_key_id=P\naws_secret_access_key=p\n')
    environment.update(AWS_ACCESS_KEY_ID='E', AWS_SECRET_ACCESS_KEY='e', AWS_PROFILE='p')
    assert keys(chain(environment).current(1)) == ('E', 'e', None)
    assert keys(chain(environment, credential_profile='p').current(1)) == ('P', 'p', None)
    del environment['AWS_ACCESS_KEY_ID']
    environment.update(AWS_WEB_IDENTITY_TOKEN_FILE=str(tmp_path / 'none'), AWS_ROLE_ARN='arn:role')
    assert keys(chain(environment, credential_profile='p').current(1)) == ('P', 'p', None)


def test_profiles_are_read_from_both_files_and_the_credentials_file_wins(files):
    environment = files(
        '[default]\nregion = eu-west-1\n[profile "two words"]\naws_access_key_id = C\naws_secret_access_key = c\n',
        '# comment\n[default]\naws_access_key_id = D\naws_secret_access_key = d ; note\naws_session_token =\n',
    )
    assert keys(chain(environment).current(1)) == ('D', 'd', None)
    assert keys(chain(environment, credential_profile='two words').current(1)) == ('C', 'c', None)
    with pytest.raises(NoCredentials, match='missing'):
        chain({**environment, 'AWS_PROFILE': 'missing'}).current(1)


def test_a_process_prints_credentials(files, tmp_path):
    script = tmp_path / 'helper.py'
    script.write_text(
        'import json; print(json.dumps({"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "p", "SessionToken": "s"}))'
    )
    environment = files(f'[default]\ncredential_process = "{sys.executable}" {script}\n')
    assert keys(chain(environment).current(5)) == ('P', 'p', 's')
    script.write_text('raise SystemExit(3)')
    with pytest.raises(NoCredentials, match='ended with 3'):
        chain(environment).current(5)


def test_a_process_is_started_with_the_signals_of_the_program(files, tmp_path):
    script = tmp_path / 'helper.py'
    script.write_text(
        'import json, signal; blocked = len(signal.pthread_sigmask(signal.SIG_BLOCK, []))\n'
        'print(json.dumps({"Version": 1, "AccessKeyId": str(blocked), "SecretAccessKey": "p"}))'
    )
    asked = chain(files(f'[default]\ncredential_process = "{sys.executable}" {script}\n'))
    found = []
    native.start_deaf_threads(lambda seconds: found.append(asked.current(seconds).access_key), (30,))
    until('credentials', lambda: found)
    assert found == ['0']


def test_keys_that_were_changed_in_the_file_are_found_once_the_old_ones_are_refused(files):
    environment = files(credentials='[default]\naws_access_key_id = O\naws_secret_access_key = o\n')
    found = chain(environment)
    old = found.current(1)
    assert not found.has_others(old, 1)
    files(credentials='[default]\naws_access_key_id = N\naws_secret_access_key = n\n')
    assert keys(found.current(1)) == ('O', 'o', None)
    assert found.has_others(old, 1)
    assert keys(found.current(1)) == ('N', 'n', None)
    # A file that somebody is writing has none: the refusal stands, and the next question looks again.
    files(credentials='')
    assert not found.has_others(found.current(1), 1)


@pytest.fixture
def sts():
    server = ScriptedServer()
    server.failing = False

    def answers(request):
        if server.failing:
            return (
                403,
                {},
                b'<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>',
            )
        body = (
            '<R xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Credentials><AccessKeyId>S</AccessKeyId>'
            f'<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{stamp(3600)}</Expiration></Credentials></R>'
        )
        return 200, {}, body.encode()

    server.answers = answers
    yield server
    server.close()


def test_a_web_identity_token_is_exchanged_and_read_anew_each_time(sts, tmp_path):
    token = tmp_path / 'token'
    token.write_text('first')
    now = [time.time()]
    found = chain(
        {'AWS_WEB_IDENTITY_TOKEN_FILE': str(token), 'AWS_ROLE_ARN': 'arn:role', 'AWS_ENDPOINT_URL_STS': sts.url},
        lambda: now[0],
    )
    assert keys(found.current(2)) == ('S', 's', 't')
    found.current(2)
    assert len(sts.requests) == 1
    assert b'WebIdentityToken=first' in sts.requests[0].body
    assert 'Authorization' not in sts.requests[0].headers
    token.write_text('second')
    now[0] += 3600 - 299
    found.current(2)
    assert b'WebIdentityToken=second' in sts.requests[1].body


def test_what_is_left_of_old_credentials_is_used_while_new_ones_cannot_be_had(sts, tmp_path):
    token = tmp_path / 'token'
    token.write_text('x')
    now = [time.time()]
    found = chain(
        {'AWS_WEB_IDENTITY_TOKEN_FILE': str(token), 'AWS_ROLE_ARN': 'r', 'AWS_ENDPOINT_URL_STS': sts.url},
        lambda: now[0],
    )
    found.current(2)
    sts.failing = True
    now[0] += 3600 - 100
    assert keys(found.current(2)) == ('S', 's', 't')
    now[0] += 200
    with pytest.raises(NoCredentials, match='AccessDenied'):
        found.current(2)


def test_a_profile_with_a_role_assumes_it_by_another_profile(sts, files):
    environment = files(
        '[profile app]\nrole_arn = arn:aws:iam::1:role/app\nsource_profile = base\nexternal_id = e\n'
        '[profile base]\naws_access_key_id = B\naws_secret_access_key = b\n'
        '[profile loop]\nrole_arn = r\nsource_profile = loop\n'
    )
    environment['AWS_ENDPOINT_URL'] = sts.url
    assert keys(chain(environment, credential_profile='app').current(2)) == ('S', 's', 't')
    assert b'ExternalId=e' in sts.requests[0].body
    assert 'Credential=B/' in sts.requests[0].headers['Authorization']
    with pytest.raises(NoCredentials):
        chain(environment, credential_profile='loop').current(2)


@pytest.mark.parametrize('hours', [-1, 1])
def test_a_role_is_assumed_with_a_clock_that_is_off_by_an_hour(hours, sts, files):
    """STS is the first that says what time it is; the end of what it gives is told by the same clock."""
    willing = sts.answers

    def answers(request):
        signed = calendar.timegm(time.strptime(request.headers['X-Amz-Date'], '%Y%m%dT%H%M%SZ'))
        if abs(signed - time.time()) > 300:
            return 403, {}, b'<R><Error><Code>SignatureDoesNotMatch</Code></Error></R>'
        return willing(request)

    sts.answers = answers
    environment = files(
        '[default]\nrole_arn = arn:aws:iam::1:role/app\nsource_profile = base\n'
        '[profile base]\naws_access_key_id = B\naws_secret_access_key = b\n'
    )
    found = chain({**environment, 'AWS_ENDPOINT_URL': sts.url}, lambda: time.time() + hours * 3600)
    assert keys(found.current(2)) == ('S', 's', 't')
    assert len(sts.requests) == 2
    found.current(2)
    assert len(sts.requests) == 2


@pytest.fixture
def metadata_service():
    """The instance metadata service, version 2, and a container's endpoint."""
    server = ScriptedServer()
    server.seconds = 3600

    def answers(request):
        document = json.dumps(
            {'AccessKeyId': 'M', 'SecretAccessKey': 'm', 'Token': 't', 'Expiration': stamp(server.seconds)}
        ).encode()
        if request.path == '/container':
            return (200, {}, document) if request.headers.get('Authorization') == 'secret' else (401, {}, b'')
        if request.path == '/latest/api/token':
            return (200, {}, b'TOKEN') if request.method == 'PUT' else (405, {}, b'')
        if request.headers.get('X-aws-ec2-metadata-token') != 'TOKEN':
            return 401, {}, b''
        if request.path.endswith('/security-credentials/'):
            return 200, {}, b'my role'
        return (200, {}, document) if request.path.endswith('my%20role') else (404, {}, b'')

    server.answers = answers
    yield server
    server.close()


def test_a_container_has_an_endpoint_and_a_token_file(metadata_service, tmp_path):
    token = tmp_path / 'token'
    token.write_text('secret\n')
    environment = {
        'AWS_CONTAINER_CREDENTIALS_FULL_URI': metadata_service.url + '/container',
        'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE': str(token),
    }
    assert keys(chain(environment).current(1)) == ('M', 'm', 't')
    token.write_text('wrong')
    with pytest.raises(NoCredentials, match='401'):
        chain(environment).current(1)


def test_a_containers_endpoint_elsewhere_is_not_told_the_token():
    environment = {
        'AWS_CONTAINER_CREDENTIALS_FULL_URI': 'http://example.com/',
        'AWS_CONTAINER_AUTHORIZATION_TOKEN': 'secret',
    }
    with pytest.raises(NoCredentials, match=r'example\.com'):
        chain(environment).current(1)


def test_an_instance_is_asked_last_and_by_version_two(metadata_service):
    environment = {'AWS_EC2_METADATA_DISABLED': 'false', 'AWS_EC2_METADATA_SERVICE_ENDPOINT': metadata_service.url}
    found = chain(environment)
    assert keys(found.current(1)) == ('M', 'm', 't')
    metadata_service.seconds = 200
    assert not found.has_others(found.current(1), 1)
    asked = len(metadata_service.requests)
    # Less than five minutes are left: it is asked again.
    found.current(1)
    assert len(metadata_service.requests) > asked


def test_nothing_anywhere_is_said_with_where_it_was_looked_for():
    with pytest.raises(NoCredentials, match='not in the environment, the shared files'):
        chain({}).current(1)


def test_a_session_of_the_program_gives_its_credentials():
    class Session:
        @staticmethod
        def get_credentials():
            class Found:
                @staticmethod
                def get_frozen_credentials():
                    class Frozen:
                        access_key, secret_key, token = 'A', 'a', None

                    return Frozen

            return Found

    assert keys(chain({'AWS_ACCESS_KEY_ID': 'E', 'AWS_SECRET_ACCESS_KEY': 'e'}, aws_session=Session).current(1)) == (
        'A',
        'a',
        None,
    )


def test_a_session_of_the_program_that_fails_has_no_credentials():
    class Session:
        @staticmethod
        def get_credentials():
            raise LookupError('no such profile')

    with pytest.raises(NoCredentials, match='LookupError: no such profile'):
        chain({}, aws_session=Session).current(1)


def test_the_configuration_file_is_read_as_the_sdk_reads_it():
    sections = parse(
        '\ufeff[default]\nregion = us-east-1\n[profile dev]\nservices = local\nkey = a=b\n[services local]\n'
        'codeguruprofiler =\n  endpoint_url = http://here\nsts =\n  endpoint_url = http://there\nnonsense\n[broken\n= x\n'
    )
    assert sections['profile dev'] == {'services': 'local', 'key': 'a=b'}
    assert sections['services local']['codeguruprofiler'] == {'endpoint_url': 'http://here'}
    assert sections['services local']['sts'] == {'endpoint_url': 'http://there'}


@pytest.mark.parametrize('noise', [b'\x00\xff' * 500, b'[' * 1000, b'=\n=\n', b'[x]\n' + b'a' * 100_000, b''])
def test_files_of_any_content_are_survived(tmp_path, noise):
    path = tmp_path / 'credentials'
    path.write_bytes(noise)
    with pytest.raises(NoCredentials):
        chain({'AWS_SHARED_CREDENTIALS_FILE': str(path), 'AWS_CONFIG_FILE': str(path)}).current(1)


def test_a_service_for_tokens_is_named_without_the_user_in_its_address(tmp_path):
    token = tmp_path / 'token'
    token.write_text('x')
    server = ScriptedServer(lambda _: (200, {}, b'not XML'))
    environment = {
        'AWS_WEB_IDENTITY_TOKEN_FILE': str(token),
        'AWS_ROLE_ARN': 'r',
        'AWS_ENDPOINT_URL_STS': server.url.replace('//', '//user:hunter2@'),
    }
    with pytest.raises(NoCredentials, match='no XML') as refused:
        chain(environment).current(5)
    assert 'hunter2' not in str(refused.value)
    server.close()


def test_a_source_that_cannot_be_reached_is_said_to_be(tmp_path):
    token = tmp_path / 'token'
    token.write_text('x')
    environment = {
        'AWS_WEB_IDENTITY_TOKEN_FILE': str(token),
        'AWS_ROLE_ARN': 'r',
        'AWS_ENDPOINT_URL_STS': 'http://127.0.0.1:1',
    }
    with pytest.raises(Unreachable):
        chain(environment).current(1)
    assert os.path.exists(token)
