"""A transaction for each row."""

import itertools

from sqlalchemy.orm import Session

from support.load import has_problem, repeat
from support.shop import Order, engine

shop = engine()
ids = itertools.count(1000)


def committed_each():
    with Session(shop) as session:
        for _ in range(20):
            session.add(Order(id=next(ids)))
            session.commit()


def committed_once():
    with Session(shop) as session:
        session.add_all([Order(id=next(ids)) for _ in range(3000)])
        session.commit()


repeat(committed_each if has_problem else committed_once, besides_ms=80)
