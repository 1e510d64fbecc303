"""Which addresses are reached through which proxy."""

import urllib.parse

import pytest

from wick_agent.proxies import proxy_for

PROXY = 'http://proxy.example:3128'


def through(url, **environment):
    return proxy_for(urllib.parse.urlsplit(url), environment)


@pytest.mark.parametrize(
    ('url', 'environment', 'proxy'),
    [
        ('https://wick.example', {'HTTPS_PROXY': 'upper', 'HTTP_PROXY': 'other'}, 'upper'),
        ('https://wick.example', {'HTTPS_PROXY': 'upper', 'https_proxy': 'lower'}, 'lower'),
        ('https://wick.example', {'HTTPS_PROXY': 'upper', 'https_proxy': ''}, 'upper'),
        ('https://wick.example', {'ALL_PROXY': 'all', 'all_proxy': 'all below'}, 'all below'),
        ('https://wick.example', {'ALL_PROXY': 'all', 'HTTPS_PROXY': 'upper'}, 'upper'),
        ('https://wick.example', {'HTTP_PROXY': 'other'}, None),
        ('http://wick.example', {'HTTP_PROXY': 'upper'}, 'upper'),
        # It may be the header of a request that this program answers.
        ('http://wick.example', {'HTTP_PROXY': 'header', 'REQUEST_METHOD': 'GET'}, None),
        ('http://wick.example', {'HTTP_PROXY': 'header', 'http_proxy': 'lower', 'REQUEST_METHOD': 'GET'}, 'lower'),
        ('https://wick.example', {'HTTPS_PROXY': 'upper', 'REQUEST_METHOD': 'GET'}, 'upper'),
        ('https://wick.example', {'HTTPS_PROXY': 'upper', 'NO_PROXY': '*', 'no_proxy': 'elsewhere'}, 'upper'),
        ('https://wick.example', {}, None),
    ],
)
def test_the_variable_of_the_scheme_wins_over_that_for_all_and_lower_case_over_upper(url, environment, proxy):
    assert through(url, **environment) == proxy


@pytest.mark.parametrize(
    ('entries', 'url'),
    [
        ('*', 'https://wick.example.com'),
        ('example.com', 'https://example.com'),
        ('example.com', 'https://wick.example.com'),
        ('.example.com', 'https://wick.example.com'),
        ('.example.com', 'https://example.com'),
        ('*.example.com', 'https://a.wick.example.com'),
        ('elsewhere, Example.COM', 'https://WICK.example.com.'),
        ('elsewhere example.com.', 'https://wick.example.com'),
        ('wick.example.com:8443', 'https://wick.example.com:8443'),
        ('.example.com:443', 'https://wick.example.com'),
        ('example.com:80', 'http://wick.example.com'),
        ('127.0.0.1', 'https://127.0.0.1:8443'),
        ('::1', 'https://[::1]:8443'),
        ('[::1]', 'https://[::1]:8443'),
        ('[::1]:8443', 'https://[::1]:8443'),
        ('10.0.0.0/8', 'https://10.1.2.3'),
        ('10.9.9.9/8', 'https://10.1.2.3:8443'),
        ('fd00::/8', 'https://[fd00:ec2::23]'),
    ],
)
def test_what_no_proxy_names_is_reached_directly(entries, url):
    for name in ('NO_PROXY', 'no_proxy'):
        assert through(url, ALL_PROXY=PROXY, **{name: entries}) is None


@pytest.mark.parametrize(
    ('entries', 'url'),
    [
        ('', 'https://wick.example.com'),
        (' , .,', 'https://wick.example.com'),
        ('ample.com', 'https://wick.example.com'),
        ('wick.example.com', 'https://example.com'),
        ('wick.*', 'https://wick.example.com'),
        ('wick.example.com:443', 'https://wick.example.com:8443'),
        ('[::1]:443', 'https://[::1]:8443'),
        ('[::2', 'https://[::1]'),
        ('10.0.0.0/8', 'https://11.1.2.3'),
        ('10.0.0.0/8', 'https://10.example.com'),
        ('10.0.0.0/8', 'https://[fd00::1]'),
        ('10.0.0.0/99,example.com/8,/', 'https://10.1.2.3'),
    ],
)
def test_what_no_proxy_does_not_name_is_not(entries, url):
    assert through(url, ALL_PROXY=PROXY, NO_PROXY=entries) == PROXY
