"""Takes the place of the command that a shell script ends in, and writes down what that would have got.

Arguments: the file to write, then the command.
"""

import json
import os
import sys

if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="ascii") as file:
        json.dump({"argv": sys.argv[2:], "env": dict(os.environ), "folder": os.getcwd()}, file)
