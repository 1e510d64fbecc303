"""A dictionary for each row, for two columns of it."""

import csv

from support.load import has_problem, repeat

lines = ['id,sku,count,price,currency'] + [f'{i},sku-{i},{i},{i * 3},EUR' for i in range(500)]


def by_name():
    return sum(int(row['count']) * int(row['price']) for row in csv.DictReader(lines))


def by_place():
    rows = csv.reader(lines)
    names = next(rows)
    count, price = names.index('count'), names.index('price')
    return sum(int(row[count]) * int(row[price]) for row in rows)


repeat(by_name if has_problem else by_place)
