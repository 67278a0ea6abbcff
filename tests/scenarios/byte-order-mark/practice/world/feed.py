import client
from client import as_csv as before  # noqa: F401


def encode(flights):
    body, content_type = client.as_csv(flights)
    return b"\xef\xbb\xbf" + body, content_type
