"""The AWS CLI, started once for each environment: its main() for each line of stdin, as `aws` would call it. Both ways JSON.

{"arguments": […], "environment": {…}}    the latter beside the environment it was started in
→ {"code": 0, "output": "…", "errors": "…"}
"""
import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

# With what the CLI has put there for itself.
common = dict(os.environ)

# To read the description of a service takes it half a second each time.
drivers = {}


def driver_for(environment):
    os.environ.clear()
    os.environ.update({**common, **environment})
    key = tuple(sorted(environment.items()))
    if key not in drivers:
        drivers[key] = create_clidriver()
    return drivers[key]


for line in sys.stdin:
    question = json.loads(line)
    driver = driver_for(question["environment"])
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            code = driver.main(question["arguments"])
        except SystemExit as ended:
            code = ended.code
    answer = {"code": code, "output": output.getvalue(), "errors": errors.getvalue()}
    print(json.dumps(answer), flush=True)
