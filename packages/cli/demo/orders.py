"""Prices orders, wastefully: half of the time goes into compiling the same regular expressions again and again.

The function to find is `price_order`, and below it `matching_discounts`.
"""
from shop.intake import next_orders
from shop.pricing import price_order
from shop.pace import working_half_of_the_time


def main():
    for pause in working_half_of_the_time():
        for order in next_orders(400):
            price_order(order)
        pause()


if __name__ == "__main__":
    main()
