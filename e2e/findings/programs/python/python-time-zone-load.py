"""More time zones than the cache holds are read from their files again and again."""

import datetime
import zoneinfo

from support.load import has_problem, repeat

names = sorted(name for name in zoneinfo.available_timezones() if name.startswith('America/'))[:40]
now = datetime.datetime(2026, 11, 26, tzinfo=datetime.timezone.utc)
known = {name: zoneinfo.ZoneInfo(name) for name in names}


def read_again():
    zoneinfo.ZoneInfo.clear_cache()
    return [now.astimezone(zoneinfo.ZoneInfo(name)).hour for name in names]


repeat(read_again if has_problem else lambda: [now.astimezone(known[name]).hour for name in names])
