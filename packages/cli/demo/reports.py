"""Writes sales reports: sorts, groups and serialises rows. The function to find is `serialise`."""
import json

from shop.intake import next_orders
from shop.pace import working_half_of_the_time


def group_by_customer(orders):
    groups = {}
    for order in sorted(orders, key=lambda order: (order["customer"], order["id"])):
        groups.setdefault(order["customer"], []).append(order)
    return groups


def serialise(groups):
    rows = [{"customer": customer, "orders": orders} for customer, orders in groups.items()]
    return json.dumps(rows, indent=2, sort_keys=True)


def main():
    for pause in working_half_of_the_time():
        serialise(group_by_customer(next_orders(5000)))
        pause()


if __name__ == "__main__":
    main()
