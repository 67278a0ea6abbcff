"""Ask `/ready` from inside the container; exit 0 if it says 200. Standard library only."""

import sys
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:8000/ready", timeout=2)
except OSError as error:
    sys.exit(f"not ready: {error}")
