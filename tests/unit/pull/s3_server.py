"""A small S3 server that checks signatures, with one bucket and one account that may read it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

BUCKET = "depot"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": "*"}
    ],
}


@dataclass
class Depot:
    """The server's address, the account's key and secret, and the provider's own access."""

    address: str
    provider: Any
    key: str = ""
    secret: str = field(default="", repr=False)

    def leave(self, name: str, content: bytes) -> None:
        """Put a file into the bucket, as a provider does; from now on signatures are checked."""
        self.let_all_in()
        self.provider.put_object(Bucket=BUCKET, Key=name, Body=content)
        self._with_checks("0")

    def remove(self, name: str) -> None:
        """Take a file out of the bucket; from now on signatures are checked."""
        self.let_all_in()
        self.provider.delete_object(Bucket=BUCKET, Key=name)
        self._with_checks("0")

    def let_all_in(self) -> None:
        """Check no signature until the next file."""
        self._with_checks("inf")

    def _with_checks(self, unchecked_calls: str) -> None:
        answer = requests.post(
            f"{self.address}/moto-api/reset-auth", data=unchecked_calls, timeout=30
        )
        answer.raise_for_status()


@contextmanager
def s3_server() -> Iterator[Depot]:
    """A depot while its server runs."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    access = {
        "endpoint_url": address,
        "region_name": "us-east-1",
        "aws_access_key_id": "provider",
        "aws_secret_access_key": "invented",
    }
    depot = Depot(address, boto3.client("s3", **access))
    # What an earlier server of this process held, and checked, would still be there.
    requests.post(f"{address}/moto-api/reset", timeout=30).raise_for_status()
    depot.let_all_in()
    depot.provider.create_bucket(Bucket=BUCKET)
    accounts = boto3.client("iam", **access)
    accounts.create_user(UserName="simimo")
    accounts.put_user_policy(
        UserName="simimo", PolicyName="read", PolicyDocument=json.dumps(POLICY)
    )
    made = accounts.create_access_key(UserName="simimo")["AccessKey"]
    depot.key, depot.secret = made["AccessKeyId"], made["SecretAccessKey"]
    yield depot
    server.stop()
