"""Every cell rule, as a table: what the cell holds, and what the report says.

The first column names the contract, then column=value; '-' means nothing is found.
"""

import pytest

from tests.factories import batch
from warehouse.checks import CellChecks
from warehouse.codes import known_codes
from warehouse.contracts.contract import contract

RULES = """
cnss_declarations      jours_declares=26          -
cnss_declarations      jours_declares=0           salaire_reel=0 salaire_plafonne=0 : -
cnss_declarations      jours_declares=27          error above_maximum jours_declares
cnss_declarations      jours_declares=-1          error below_minimum jours_declares
cnss_declarations      jours_declares=            error required jours_declares
cnss_declarations      jours_declares=dix         error type_integer jours_declares
cnss_declarations      jours_declares=٢٦          -
cnss_declarations      jours_declares=２６          -
cnss_declarations      salaire_reel=00000515200   -
cnss_declarations      salaire_reel=515_200       error type_integer salaire_reel
cnss_declarations      salaire_plafonne=600000    salaire_reel=900000 : -
cnss_declarations      salaire_plafonne=600001    salaire_reel=900000 : error above_maximum salaire_plafonne
cnss_declarations      salaire_plafonne=515201    error cross_field salaire_plafonne, salaire_reel
cnss_declarations      periode=202602             error period_mismatch periode
cnss_declarations      periode=202613             error type_month periode
cnss_declarations      periode=2026-03            -
cnss_declarations      periode=03/2026            error type_month periode
cnss_declarations      numero_assure=00123456     error pattern numero_assure
cnss_declarations      numero_assure=100123456    error issuable_identifier numero_assure
cnss_declarations      record_type=B07            error not_in_list record_type
cnss_declarations      situation=IT               -
cnss_declarations      situation=XX               warning unknown_code situation ; error unknown_code_share situation
cnss_immatriculations  sexe=X                     warning unknown_code sexe ; error unknown_code_share sexe
cnss_immatriculations  nationalite=12031985       error unlike_code nationalite
dgsn_residence_titles  motif=17/05/1990           error unlike_code motif
dgsn_residence_titles  nationalite=Diop           error unlike_code nationalite
dgsn_residence_titles  nationalite=AMINATA        error unlike_code nationalite
dgsn_residence_titles  nationalite=LY             nom=LY : -
dgsn_residence_titles  nationalite=KÂ             nom=KÂ : error unlike_code nationalite
dgsn_residence_titles  province=ZZ123456          error unlike_code province
dgsn_residence_titles  province=zz@example.org    error unlike_code province
dgsn_residence_titles  nationalite=أطلنطية        warning unknown_code nationalite ; error unknown_code_share nationalite
dgsn_residence_titles  profession=COMPTABLE       -
dgsn_residence_titles  profession=DIOP            -
dgsn_residence_titles  profession=AMINATA_DIOP    warning identifier_in_text profession
dgsn_residence_titles  profession=tél.0600000000  warning identifier_in_text profession
dgsn_residence_titles  profession=06.00.00.00.00  warning identifier_in_text profession
dgsn_residence_titles  profession=ZZ123456        warning identifier_in_text profession
dgsn_residence_titles  profession=a@example.org   warning identifier_in_text profession
cnss_declarations      situation=SO               warning cross_field situation, jours_declares, salaire_reel
cnss_immatriculations  date_naissance=1990-05-17  -
cnss_immatriculations  date_naissance=17.05.1990  error type_date date_naissance
cnss_immatriculations  date_naissance=31/02/1990  error type_date date_naissance
cnss_immatriculations  date_naissance=17/05/1890  error below_minimum date_naissance
cnss_immatriculations  date_naissance=01/04/2026  date_immatriculation= : error future_date date_naissance
cnss_immatriculations  date_naissance=31/03/2026  date_immatriculation= : -
cnss_immatriculations  nationalite=504            -
cnss_immatriculations  nationalite=000            warning unknown_code nationalite ; error unknown_code_share nationalite
cnss_immatriculations  sexe=f                     -
cnss_immatriculations  nom==1+1                   error formula_in_cell nom
cnss_immatriculations  nom=@SUM(A1)               error formula_in_cell nom
cnss_immatriculations  nom=-SLAOUI                -
cnss_employers         activite=47                -
cnss_employers         activite=4711              -
cnss_employers         activite=G                 -
cnss_employers         activite=471               error pattern activite
cnss_employers         activite=0411              warning unknown_code activite ; error unknown_code_share activite
dgsn_residence_titles  date_decision=01/03/2026   date_entree= : -
dgsn_residence_titles  date_decision=31/03/2026   -
dgsn_residence_titles  date_decision=01/04/2026   error period_mismatch date_decision
dgsn_residence_titles  date_expiration=14/03/2026 error cross_field date_expiration, date_delivrance
"""


def _cases() -> list[tuple[str, dict[str, str | None], list[str]]]:
    cases = []
    for line in filter(None, RULES.splitlines()):
        contract_id, cell, rest = line.split(maxsplit=2)
        others, _, expected = rest.rpartition(" : ") if " : " in rest else ("", "", rest)
        pairs = [pair.split("=", 1) for pair in (cell, *others.split())]
        changes = {name: value or None for name, value in pairs}
        found = [] if expected == "-" else [e.strip() for e in expected.split(" ; ")]
        cases.append((contract_id, changes, found))
    return cases


@pytest.mark.parametrize(("contract_id", "changes", "expected"), _cases())
def test_a_cell_gives_its_finding(contract_id, changes, expected):
    found = contract(contract_id)
    checks = CellChecks(found, "2026-03", known_codes(found), is_specimen=True)
    checks.check(batch(contract_id, changes))
    checks.finish()
    said = {f"{c.severity} {c.rule} {c.column}" for c in checks.log.counts}
    assert said == set(expected)
