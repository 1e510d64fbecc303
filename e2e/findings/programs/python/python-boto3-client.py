"""A client of AWS's SDK for each request."""

import boto3

from support.load import has_problem, repeat

shared = boto3.client('s3', region_name='us-east-1', aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='none')


def sign_by(client):
    for number in range(10):
        client.generate_presigned_url('get_object', Params={'Bucket': 'orders', 'Key': f'{number}.json'})


def client_for_each():
    sign_by(boto3.client('s3', region_name='us-east-1', aws_access_key_id='AKIDEXAMPLE', aws_secret_access_key='none'))


repeat(client_for_each if has_problem else lambda: sign_by(shared))
