"""Values that JSON does not know are converted one by one, by a method called from the encoder."""

import datetime
import json

from support.load import has_problem, repeat

times = [datetime.datetime(2026, 1, 1 + day, hour) for day in range(20) for hour in range(24)]


class Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, datetime.datetime):
            return {'year': value.year, 'month': value.month, 'day': value.day, 'hour': value.hour}
        return super().default(value)


def converted_by_the_encoder():
    json.dumps(times, cls=Encoder)


def converted_before():
    json.dumps([time.isoformat() for time in times])


repeat(converted_by_the_encoder if has_problem else converted_before)
