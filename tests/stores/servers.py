"""Storages on this machine: real servers where there are some, and a stand-in for Google's, whose emulators lack conditional writes.

A storage has `to` and `endpoint` for `patchfeed deploy`, `env` for its credentials, `base`, the address at which readers find the prefix, and
`put`, which stores an object as somebody else would.
"""
import http.server
import hashlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request

from ports import free_port

AWS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # that of all emulators


def wait_for(port, process):
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise SystemExit(f"the server on port {port} doesn't start: {process.args}")


class Storage:
    """A storage, with the process that serves it."""

    def __init__(self, name, port, process, to, path, env, readers_port=None):
        self.name, self.port, self.process, self.to, self.path, self.env = name, port, process, to, path, env
        self.readers_port = readers_port or port

    def endpoint(self, port=None):
        return f"http://127.0.0.1:{port or self.port}{self.path}"

    def stop(self):
        if isinstance(self.process, http.server.HTTPServer):
            self.process.shutdown()
        else:
            self.process.kill()
            self.process.wait()


def quiet(command, **more):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def moto(work):
    """moto, an S3 in Python."""
    program = shutil.which("moto_server")
    if not program:
        return None
    port = free_port()
    process = quiet([program, "-H", "127.0.0.1", "-p", str(port)])
    wait_for(port, process)
    # Everybody may read, as in a bucket that is a web site.
    client(port).create_bucket(Bucket="newsletter", ACL="public-read")
    everybody = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::newsletter/*"}]}
    client(port).put_bucket_policy(Bucket="newsletter", Policy=json.dumps(everybody))
    return Storage("moto", port, process, "s3://newsletter/feeds", "", AWS)


def client(port):
    """Amazon's own client."""
    import boto3
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="key", aws_secret_access_key="secret", region_name="us-east-1")


class Front(http.server.BaseHTTPRequestHandler):
    """Gives out the objects of a bucket."""

    client = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        bucket, _, key = urllib.parse.unquote(self.path.split("?")[0]).lstrip("/").partition("/")
        try:
            stored = self.client.get_object(Bucket=bucket, Key=key)
        except self.client.exceptions.NoSuchKey:
            self.send_error(404)
            return
        body = stored["Body"].read()
        self.send_response(200)
        for name in ["content-type", "cache-control", "content-encoding", "etag", "last-modified"]:
            if name in stored["ResponseMetadata"]["HTTPHeaders"]:
                self.send_header(name, stored["ResponseMetadata"]["HTTPHeaders"][name])
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def s3s(work):
    """s3s-fs, an S3 in Rust that keeps objects as files."""
    program = shutil.which("s3s-fs")
    if not program:
        return None
    port, root = free_port(), pathlib.Path(work) / "s3s"
    (root / "newsletter").mkdir(parents=True)
    process = quiet([program, "--host", "127.0.0.1", "--port", str(port), "--access-key", "key", "--secret-key", "secret", str(root)])
    wait_for(port, process)
    # It shows nothing to strangers. What stands before such a bucket signs its requests, as a CDN does.
    handler = type("Front", (Front,), {"client": client(port)})
    front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    return Storage("s3s-fs", port, process, "s3://newsletter/feeds", "", AWS, front.server_address[1])


def azurite(work):
    """Azurite, Microsoft's own emulator."""
    program = shutil.which("azurite-blob")
    if not program:
        return None
    port = free_port()
    process = quiet([program, "--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--blobPort", str(port)], cwd=work)
    wait_for(port, process)
    from azure.storage.blob import BlobServiceClient
    account = {"account_name": "devstoreaccount1", "account_key": AZURE_KEY}
    BlobServiceClient(f"http://127.0.0.1:{port}/devstoreaccount1", credential=account).create_container("newsletter", public_access="blob")
    env = {"AZURE_STORAGE_ACCOUNT_NAME": "devstoreaccount1", "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY}
    return Storage("azurite", port, process, "az://newsletter/feeds", "/devstoreaccount1", env)


class Google(http.server.BaseHTTPRequestHandler):
    """What Google's XML API does with objects: https://cloud.google.com/storage/docs/xml-api/put-object-upload and the like."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    objects, lock, generation = {}, threading.Lock(), [0]

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"content-length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def name(self):
        return urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        wanted = self.headers.get("x-goog-if-generation-match")
        with self.lock:
            now = self.objects.get(self.name())
            if wanted is not None and int(wanted) != (now["generation"] if now else 0):
                return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            self.generation[0] += 1
            kept = {name: self.headers[name] for name in ["content-type", "cache-control", "content-encoding"] if name in self.headers}
            stored = {"bytes": body, "headers": kept, "generation": self.generation[0], "date": self.date_time_string()}
            self.objects[self.name()] = stored
        self.answer(200, **self.facts(stored))

    def facts(self, stored):
        etag = f'"{hashlib.md5(stored["bytes"]).hexdigest()}"'
        return {"etag": etag, "x-goog-generation": stored["generation"], "last-modified": stored["date"]}

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        if "list-type" in query:
            return self.list(query.get("prefix", [""])[0])
        stored = self.objects.get(self.name())
        if stored is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        facts = self.facts(stored)
        if self.headers.get("if-none-match") == facts["etag"]:
            return self.answer(304, **facts)
        self.answer(200, stored["bytes"], **facts, **stored["headers"])

    do_HEAD = do_GET

    def list(self, prefix):
        with self.lock:
            names = sorted(name for name in self.objects if name.startswith(f"newsletter/{prefix}"))
            parts = [
                f"<Contents><Key>{name.removeprefix('newsletter/')}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                f"<ETag>{self.facts(self.objects[name])['etag']}</ETag><Size>{len(self.objects[name]['bytes'])}</Size></Contents>"
                for name in names
            ]
        self.answer(200, f"<ListBucketResult>{''.join(parts)}</ListBucketResult>".encode(), content_type="application/xml")

    def do_DELETE(self):
        self.answer(204 if self.objects.pop(self.name(), None) else 404)


def google(work):
    """A stand-in for Google Cloud Storage."""
    handler = type("Bucket", (Google,), {"objects": {}, "lock": threading.Lock(), "generation": [0]})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    account = pathlib.Path(work) / "account.json"
    address = f"http://127.0.0.1:{port}"
    account.write_text(json.dumps({"gcs_base_url": address, "disable_oauth": True, "client_email": "", "private_key": "", "private_key_id": ""}))
    return Storage("google", port, server, "gs://newsletter/feeds", "", {"GOOGLE_SERVICE_ACCOUNT": str(account)})


ALL = [moto, s3s, azurite, google]
