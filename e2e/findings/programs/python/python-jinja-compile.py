"""A template is compiled for each page."""

import jinja2

from support.load import has_problem, repeat

source = '<ul>{% for order in orders %}<li>{{ order.id }}: {{ order.price }}</li>{% endfor %}</ul>'
orders = [{'id': i, 'price': i * 3} for i in range(20)]
compiled = jinja2.Environment(autoescape=True).from_string(source)


def compiled_for_each():
    return jinja2.Environment(autoescape=True).from_string(source).render(orders=orders)


repeat(compiled_for_each if has_problem else lambda: compiled.render(orders=orders))
