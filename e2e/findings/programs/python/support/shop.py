"""A small database of orders, by SQLAlchemy's ORM."""

import os
import tempfile

import sqlalchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = 'orders'
    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list['Line']] = relationship(back_populates='order')


class Line(Base):
    __tablename__ = 'lines'
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sqlalchemy.ForeignKey('orders.id'))
    count: Mapped[int]
    order: Mapped[Order] = relationship(back_populates='lines')


_directory = tempfile.TemporaryDirectory()


def engine():
    made = sqlalchemy.create_engine(f'sqlite:///{os.path.join(_directory.name, "shop.db")}')
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add_all(Order(id=i, lines=[Line(count=i), Line(count=1)]) for i in range(50))
        session.commit()
    return made
