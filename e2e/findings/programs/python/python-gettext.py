"""Translations are looked for in the file system on each call."""

import gettext

from support.load import has_problem, repeat


def translation():
    return gettext.translation('shop', languages=['de_AT', 'de'], fallback=True)


known = translation()

repeat((lambda: translation().gettext('paid')) if has_problem else (lambda: known.gettext('paid')))
