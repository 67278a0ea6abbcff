"""Compile the character set of a locale de_DE.ISO-8859-1 with glibc's own localedef: `latin_1.py FOLDER`.

Debian keeps the descriptions of locales in a package of its own, which the image does not have;
what open() asks for is the character set alone, and that one is quickly described.
"""

import subprocess
import sys
from pathlib import Path

NAME = "de_DE.ISO-8859-1"


def main(folder):
    """Describe, compile, check."""
    codes = "".join(f"<U{code:04X}> /x{code:02x} -\n" for code in range(256))
    charmap, source = folder / "charmap", folder / "source"
    charmap.write_text(f"<code_set_name> ISO-8859-1\n<comment_char> %\n<escape_char> /\nCHARMAP\n{codes}END CHARMAP\n")
    source.write_text("comment_char %\nescape_char /\nLC_CTYPE\nEND LC_CTYPE\n")
    command = ["localedef", "--force", "--no-archive", "-i", source, "-f", charmap, folder / NAME]
    done = subprocess.run(command, capture_output=True, text=True)  # it warns of the categories that are not given
    if not (folder / NAME / "LC_CTYPE").exists():
        sys.exit(done.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
