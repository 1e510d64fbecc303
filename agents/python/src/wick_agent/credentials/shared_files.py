"""`~/.aws/config` and `~/.aws/credentials`: profiles, and settings nested below them."""

import os

_MAX_BYTES = 1024 * 1024


class SharedFiles:
    """What both files say when it is made. A file that is not there or cannot be read says nothing."""

    def __init__(self, environment):
        home = environment.get('HOME') or os.path.expanduser('~')
        config_path = environment.get('AWS_CONFIG_FILE') or os.path.join(home, '.aws', 'config')
        credentials_path = environment.get('AWS_SHARED_CREDENTIALS_FILE') or os.path.join(home, '.aws', 'credentials')
        self._config = parse(_read(_expand(config_path, home)))
        self._credentials = parse(_read(_expand(credentials_path, home)))

    def profile(self, name):
        """Settings of a profile; those of the credentials file win. None where neither file has it."""
        in_config = self._config.get(f'profile {name}')
        if in_config is None and name == 'default':
            in_config = self._config.get('default')
        in_credentials = self._credentials.get(name)
        if in_config is None and in_credentials is None:
            return None
        return {**(in_config or {}), **(in_credentials or {})}

    def endpoint_url(self, name, service):
        """The endpoint that a profile has for a service (`codeguruprofiler`), else the one for all, else None."""
        profile = self.profile(name) or {}
        if str(profile.get('ignore_configured_endpoint_urls', '')).lower() == 'true':
            return None
        services = self._config.get(f'services {profile.get("services")}') or {}
        own = services.get(service)
        specific = own.get('endpoint_url') if isinstance(own, dict) else None
        return specific or profile.get('endpoint_url') or None


def parse(text):
    """Sections → keys (lower case) → text, or a dictionary for keys with indented lines below. Lines of another form are skipped."""
    sections = {}
    section = None
    nested = None
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in '#;':
            continue
        if stripped.startswith('[') and ']' in stripped:
            name = ' '.join(part.strip('\'"') for part in stripped[1 : stripped.index(']')].split())
            section = sections.setdefault(name, {})
            nested = None
            continue
        key, equals, value = stripped.partition('=')
        key = key.strip().lower()
        if section is None or not equals or not key:
            continue
        value = value.split(' #')[0].split(' ;')[0].strip()
        if line[0] in ' \t' and nested is not None:
            if not isinstance(section.get(nested), dict):
                section[nested] = {}
            section[nested][key] = value
            continue
        section[key] = value
        nested = key if not value else None
    return sections


def _expand(path, home):
    return os.path.join(home, path[2:]) if path.startswith('~/') else path


def _read(path):
    try:
        with open(path, 'rb') as file:
            return file.read(_MAX_BYTES).decode('utf-8', 'replace')
    except OSError:
        return ''
