"""Encodings told apart by the plausibility of their letters."""

import pytest

from warehouse.errors import Unreadable
from warehouse.reading.encoding import decode_lines, sniff

FRENCH = "NOM;PRÉNOM\nBENAÏSSA;Éloïse\nDIOP;Zoé à Salé, né l'été\nSÉNÉGALAISE;CÔTE D’IVOIRE\n"
ARABIC = "الاسم العائلي;الاسم الشخصي\nالعلوي;فاطمة الزهراء\nبنعبد الله;محمد\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (FRENCH, "cp1252", "windows-1252"),
        (FRENCH.replace("’", "'"), "cp850", "cp850"),
        ("NOM\nÉlodie\n", "cp1252", "windows-1252"),
        (ARABIC, "windows-1256", "windows-1256"),
        (ARABIC, "iso-8859-6", "iso-8859-6"),
        (ARABIC + "Société;Salé\n", "windows-1256", "windows-1256"),
        ("الاسم;محمد\n", "iso-8859-6", "iso-8859-6"),
        ("الاسم;محمد\n", "windows-1256", "windows-1256"),
        (ARABIC, "utf-8", "utf-8"),
        (ARABIC, "utf-8-sig", "utf-8"),
        ("numero;nom\n" + ARABIC, "utf-16-le", "utf-16-le"),
        ("numero;nom\n1;a\n", "utf-16-be", "utf-16-be"),
        ("numero;nom\n1;a\n", "ascii", "ascii"),
    ],
)
def test_the_encoding_of_a_sample_is_found(text: str, encoding: str, found: str) -> None:
    assert sniff(text.encode(encoding)) == found


def test_a_sample_cut_in_the_middle_of_a_character_is_still_utf8() -> None:
    assert sniff("Élodie é".encode()[:-1]) == "utf-8"


def test_bytes_that_no_encoding_makes_letters_of_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        sniff(b"nom\nA\x81\x8d\x8f\x90B\nC\xa6\xacD\n")
    assert caught.value.rule == "unreadable_encoding"


def test_lines_of_several_encodings_are_read_one_by_one() -> None:
    assert decode_lines(b"NOM \xc9\n\xc3\x89\nA", "windows-1252") == "NOM É\nÉ\nA".encode()
