"""Which proxy leads to an address, by the variables that everybody knows. Lower case wins, as with curl."""

import ipaddress


def proxy_for(parts, environment):
    """@param parts: the address, split
    @returns what the environment says of the proxy, whatever that is; None for a direct connection
    """
    proxy = _either(environment, f'{parts.scheme}_proxy') or _either(environment, 'all_proxy')
    return None if proxy is None or _is_exempt(parts, _either(environment, 'no_proxy') or '') else proxy


def _either(environment, name):
    # Behind a web server HTTP_PROXY may be a header of a request.
    is_header = name == 'http_proxy' and 'REQUEST_METHOD' in environment
    return environment.get(name) or (None if is_header else environment.get(name.upper())) or None


def _is_exempt(parts, entries):
    """By `*`, networks, or names and addresses, each for itself and all below; a port narrows it."""
    host = (parts.hostname or '').rstrip('.')
    port = parts.port or (443 if parts.scheme == 'https' else 80)
    return any(entry == '*' or _matches(entry, host, str(port)) for entry in entries.lower().replace(',', ' ').split())


def _matches(entry, host, port):
    if '/' in entry:
        return _is_within(host, entry)
    name, only = _split_port(entry)
    name = name.removeprefix('*').strip('.')
    return only in ('', port) and name != '' and (host == name or host.endswith(f'.{name}'))


def _split_port(entry):
    """(name, port or '')"""
    if entry.startswith('['):
        address, _, rest = entry[1:].partition(']')
        return address, rest.removeprefix(':')
    # More than one colon: an IPv6 address.
    name, _, port = entry.partition(':') if entry.count(':') == 1 else (entry, '', '')
    return name, port


def _is_within(host, network):
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
