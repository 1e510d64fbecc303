"""An engine, with its pool and its dialect, for each query."""

import os
import tempfile

import sqlalchemy

from support.load import has_problem, repeat

directory = tempfile.TemporaryDirectory()
url = f'sqlite:///{os.path.join(directory.name, "shop.db")}'
shared = sqlalchemy.create_engine(url)
query = sqlalchemy.text('select 1')


def ask(engine):
    with engine.connect() as connection:
        return connection.execute(query).scalar()


repeat((lambda: ask(sqlalchemy.create_engine(url))) if has_problem else (lambda: ask(shared)))
