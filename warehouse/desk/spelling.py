"""The form in which the desk compares words of any script: no case, accent, hamza or vowel sign.

It finds what resembles; whether two codes are the same is `matched`'s to say, which is stricter.
"""

import unicodedata

_ARABIC = str.maketrans({**dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ؤ": "و", "ئ": "ي", "ة": "ه"})
_LEFT_OUT = dict.fromkeys(map(ord, "ءـ"))


def folded(text: str) -> str:
    """`text` as it is compared: 'Côte d’Ivoire' is 'cote d ivoire', 'الإمارات' is 'الامارات'."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    bare = "".join(c for c in letters if not unicodedata.combining(c)).translate(_LEFT_OUT)
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    return " ".join(words)
