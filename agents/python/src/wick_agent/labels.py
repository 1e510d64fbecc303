"""`WICK_LABELS`: what the operator wants to tell profiles apart by, such as version and environment."""

MAX_LABELS = 16
MAX_KEY_LENGTH = 64
MAX_VALUE_LENGTH = 256


def parse_labels(text):
    """`key=value,key=value` → (labels, what is wrong with those left out). A value may contain `=`."""
    labels = {}
    wrong = []
    for part in text.split(','):
        part = part.strip()
        if not part:
            continue
        key, equals, value = part.partition('=')
        key, value = key.strip(), value.strip()
        problem = _problem(key, equals, value, labels)
        if problem:
            wrong.append(f'label {part[:80]!r}: {problem}')
        else:
            labels[key] = value
    return labels, wrong


def check_labels(labels):
    """As `parse_labels`, for labels given in code."""
    sound = {}
    wrong = []
    for key, value in labels.items():
        problem = _problem(str(key), '=', str(value), sound)
        if problem:
            wrong.append(f'label {str(key)[:80]!r}: {problem}')
        else:
            sound[str(key)] = str(value)
    return sound, wrong


def _problem(key, equals, value, others):
    if not equals:
        return 'is not of the form key=value'
    if not key:
        return 'has no key'
    if len(key) > MAX_KEY_LENGTH:
        return f'its key is longer than {MAX_KEY_LENGTH} characters'
    if len(value) > MAX_VALUE_LENGTH:
        return f'its value is longer than {MAX_VALUE_LENGTH} characters'
    if len(others) >= MAX_LABELS and key not in others:
        return f'there are more than {MAX_LABELS}'
    return None
