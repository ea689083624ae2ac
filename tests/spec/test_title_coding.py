"""Which occupation a job title is coded to, written as officers write it."""

import pytest

from warehouse.coding.classifier import Candidate
from warehouse.coding.coder import Coder, Coding, coding_of, rules
from warehouse.coding.known import KnownTitle, known_titles
from warehouse.coding.titles import form

TITLES = """
Infirmière                              2221
INFIRMIER(E)                            2221
infirmier/infirmière                    2221
ممرضة                                   2221
Ouvrière agricole                       9211
OUV. AGRI                               9211
عامل فلاحي                              9211
عاملة فلاحية                            9211
Aide-maçon                              9313
AIDE MACON                              9313
Maçon qualifié                          7112
Resp. RH                                1212
RESPONSABLE RESSOURCES HUMAINES (H/F)   1212
Technicien(ne) de maintenance           3115
tech maint                              3115
Chauffeur PL                            8332
سائق شاحنة                              8332
Conseillère clientèle de banque         3312
CONSEILLER CLIENTELE BQ                 3312
Femme de ménage                         9111
خادمة                                   9111
Téléconseillère (CDI)                   4222
Serveuse                                5131
Ingénieure informatique junior          2512
Bricklayers and related workers         7112
"""

VAGUE = """
responsable
Manager
contrat
agent
Employé(e)
OUVRIER
ouvrière
divers
autre
cadre
directeur
opérateur
gérant
SANS PROFESSION
عامل
العاملة
موظف
موظفة
مدير
مستخدم
أخرى
بدون مهنة
"""

SAME = [
    ("Infirmier", "INFIRMIÈRE", "infirmier(ère)", "Infirmier·ère", "infirmier / infirmière"),
    ("Vendeur", "vendeuse", "Vendeur/euse", "VENDEUR(SE)", "vendeurs"),
    ("Directeur commercial", "Directrice commerciale", "DIR. COMMERCIAL(E)"),
    ("Technicien de maintenance", "Technicienne de maintenance", "Tech. maint. (H/F)"),
    ("Employé de bureau", "employée de bureau", "Employé·e de bureau", "EMPLOYE DE BUREAU"),
    ("Aide-maçon", "aide maçon", "AIDE-MACON"),
    ("خياط", "خياطة", "الخياط"),
]


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(known_titles())


@pytest.mark.parametrize("line", TITLES.strip().splitlines())
def test_a_title_is_coded(line: str, coder: Coder) -> None:
    title, code = line.rsplit(maxsplit=1)
    assert coder.code([title])[0].code == code


@pytest.mark.parametrize("titles", SAME, ids=lambda titles: titles[0])
def test_case_accents_gender_and_abbreviations_do_not_change_the_form(titles: tuple[str]) -> None:
    assert {form(title) for title in titles} == {form(titles[0])}


@pytest.mark.parametrize(
    ("above_threshold", "code", "method"),
    [(-0.001, "_U", "none"), (0.0, "7112", "classifier"), (0.001, "7112", "classifier")],
)
def test_the_threshold_itself_is_enough(above_threshold: float, code: str, method: str) -> None:
    score = rules()["threshold"] + above_threshold
    found = coding_of([Candidate("7112", score)], "classifier")
    assert found == Coding(code, score, method)  # type: ignore[arg-type]


def test_nothing_is_guessed_of_what_is_no_job(coder: Coder) -> None:
    for title in ("", "???", "06", "NEANT", "Zineb Ouazzani"):
        assert coder.code([title])[0].code == "_U"


@pytest.mark.parametrize("title", VAGUE.strip().splitlines())
def test_a_vague_word_waits(title: str, coder: Coder) -> None:
    assert coder.code([title])[0].method == "none"


def test_a_vague_word_that_the_steward_decided_on_no_longer_waits() -> None:
    decided = KnownTitle("Manager", "1219", "narrow")
    assert Coder([decided, *known_titles()]).code(["MANAGERS"])[0].code == "1219"


def test_names_and_numbers_are_masked(coder: Coder) -> None:
    assert coder.shown("Maçon chez Ouazzani 0600") == "macon chez •••"


def test_a_decision_goes_before_the_list_that_ships() -> None:
    decided = KnownTitle("Maçon", "7111", "exact")
    assert Coder([decided, *known_titles()]).code(["MAÇONS"]) == [Coding("7111", 1.0, "exact")]


def test_a_decision_on_a_masked_title_reaches_what_it_masks_and_no_more(coder: Coder) -> None:
    decided = KnownTitle("manager de •••", "1120", "close")
    taught = Coder([decided, *known_titles()])
    assert taught.code(["MANAGER DE OUAZZANI"])[0].code == "1120"
    assert taught.code(["manager"])[0] == coder.code(["manager"])[0]
