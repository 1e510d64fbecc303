"""What an order costs."""
import re
from decimal import Decimal

DISCOUNTS = {
    r"^(candle|taper)s?$": Decimal("0.05"),
    r"^lan(tern|ding)( light)?$": Decimal("0.10"),
    r"^(wick|wax)( refill)?$": Decimal("0.02"),
    r"^(holder|snuffer)(, brass)?$": Decimal("0.07"),
}


def price_order(order):
    total = Decimal(0)
    for line in order["lines"]:
        gross = Decimal(line["cents"]) * line["quantity"] / 100
        for discount in matching_discounts(line["product"]):
            gross -= gross * discount
        total += add_tax(gross)
    return total.quantize(Decimal("0.01"))


def matching_discounts(product):
    # The waste: every call compiles every pattern anew.
    for pattern, discount in DISCOUNTS.items():
        re.purge()
        if re.compile(pattern).match(product):
            yield discount


def add_tax(amount):
    return amount * Decimal("1.19")
