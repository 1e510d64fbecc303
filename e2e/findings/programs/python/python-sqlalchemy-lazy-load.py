"""The lines of each order are loaded by a query of their own."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from support.load import has_problem, repeat
from support.shop import Order, engine

shop = engine()
query = select(Order) if has_problem else select(Order).options(selectinload(Order.lines))


def total():
    with Session(shop) as session:
        return sum(line.count for order in session.scalars(query) for line in order.lines)


repeat(total)
