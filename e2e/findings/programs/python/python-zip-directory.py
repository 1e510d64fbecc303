"""An archive is opened, and its directory read, for each file in it."""

import io
import zipfile

from support.load import has_problem, repeat

file = io.BytesIO()
with zipfile.ZipFile(file, 'w') as archive:
    for i in range(500):
        archive.writestr(f'page-{i}.html', '<html></html>')
shared = zipfile.ZipFile(file)


def opened_each_time():
    with zipfile.ZipFile(file) as archive:
        return archive.read('page-17.html')


repeat(opened_each_time if has_problem else lambda: shared.read('page-17.html'))
