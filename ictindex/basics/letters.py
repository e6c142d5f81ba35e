"""Letters that were damaged on the way: fonts before Unicode, UTF-8 read as something else, Ð for Đ.

No general guess (ftfy's badness takes “Â A” for damaged): only what no Vietnamese text can be.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters and signs that Vietnamese has not, but that TCVN3 and VNI fonts draw as Vietnamese ones, or that
# UTF-8 read as Latin-1 turns into; next to a letter they are no text of today: 'TrÝ §øc' for 'Trí Đức'.
_FOREIGN = "¡¢£¤¥¦§¨©¬®¯´µ¶¸¹»¼½¾¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿ"
_AFTER = "¡¢£¤¥¦¨«¬¯´µ¶¸¼¾¿ÄÅÆÇËÎÏÐÑÖØÛÜÞßäåæçëîïðñöøûüþÿ"  # not m², §, ©, ®, » or × behind a word
_OLD = re.compile(rf"[{_FOREIGN}](?=[^\W\d_])|(?<=[^\W\d_])[{_AFTER}]|[a-z][À-Ý](?![A-Z])|\ufffd")
# What UTF-8's bytes of a letter look like to whoever reads them as Windows-1252: 'á»™' for 'ộ', 'Ã ' for 'à'.
_LATER = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_TWICE = re.compile(rf"[ÃÄÅÆ](?!\xa0[A-Z\d]){_LATER}|á[º»]{_LATER}|â€")


def damaged(text: str) -> bool:
    """Whether a text cannot be Vietnamese as it was meant. Tried on every label and note of the project."""
    return not text.isascii() and _damaged(text)


@lru_cache(10_000)
def _damaged(text: str) -> bool:
    return _OLD.search(text) is not None or _TWICE.search(text) is not None


def caseless(text: str) -> str:
    """A name as it is compared: small composed letters, words parted by one space."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
