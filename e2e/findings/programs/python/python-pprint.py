"""Values are laid out prettily for a log that no person reads."""

import pprint

from support.load import has_problem, repeat

order = {'id': 7, 'lines': [{'sku': f'sku-{i}', 'count': i} for i in range(50)]}

repeat((lambda: pprint.pformat(order)) if has_problem else (lambda: repr(order)))
