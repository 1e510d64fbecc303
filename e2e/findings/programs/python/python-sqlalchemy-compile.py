"""Statements whose text is new each time are compiled each time."""

import itertools

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.load import has_problem, repeat
from support.shop import Order, engine

shop = engine()
numbers = itertools.count()


def text_with_the_value():
    with Session(shop) as session:
        condition = sqlalchemy.literal_column(f'orders.id = {next(numbers)}')
        return session.scalars(select(Order.id).where(condition)).all()


def bound_value():
    with Session(shop) as session:
        return session.scalars(select(Order.id).where(Order.id == next(numbers))).all()


repeat(text_with_the_value if has_problem else bound_value)
