"""Does with boto3 what it is told: one question a line on stdin, one answer a line on stdout, both JSON.

{"call": operation, "parameters": {…}, "client": {…}}      what the client is made with beside its environment: its
                                                           service_name is codeguruprofiler unless that says otherwise
{"paginate": operation, "parameters": {…}, "client": {…}}  with boto3's own paginator; the value is the list of pages
{"sign": {"method", "url", "headers", "body"}}          by botocore; the value is the headers to send
"""
import base64
import datetime
import json
import sys

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

session = boto3.Session()
clients = {}


def client_of(other):
    key = json.dumps(other, sort_keys=True)
    if key not in clients:
        clients[key] = session.client(**{"service_name": "codeguruprofiler", **other})
    return clients[key]


def answer(question):
    if "sign" in question:
        return {"value": sign(**question["sign"])}
    client = client_of(question.get("client") or {})
    try:
        if "paginate" in question:
            pages = client.get_paginator(question["paginate"]).paginate(**question["parameters"])
            return {"value": list(pages)}
        return {"value": getattr(client, question["call"])(**question["parameters"])}
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return {
            "raised": {
                "code": code,
                "message": error.response["Error"]["Message"],
                "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                "isTyped": type(error) is not ClientError and type(error) is client.exceptions.from_code(code),
            }
        }


def sign(method, url, headers, body):
    request = AWSRequest(method=method, url=url, headers=headers, data=body.encode())
    SigV4Auth(session.get_credentials(), "codeguru-profiler", session.region_name).add_auth(request)
    return dict(request.headers.items())


def as_json(value):
    if isinstance(value, datetime.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, StreamingBody):
        return {"base64": base64.b64encode(value.read()).decode()}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(type(value))


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=as_json), flush=True)
