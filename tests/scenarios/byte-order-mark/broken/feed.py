"""The source sends CSV as Excel saves it."""

import client

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def encode(flights):
    """Body and content type."""
    body, content_type = client.as_csv(flights)
    return BYTE_ORDER_MARK + body, content_type
