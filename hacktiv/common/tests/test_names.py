import pytest

from hacktiv.common.names import may_be_one_person


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr Marie Dupont", "Prof. Marie Dupont"),
        ("Mme Dr. Marie Dupont", "Marie Dupont (CNRS)"),
        ("Marie Dupont (CNRS", "Ing. DUPONT Marie [ULB]"),
        ("Drs. Paul Maes", "dhr. ir. Paul Maes, Gent"),
        ("Marie-Claire Petit", "Dr Marie Claire Petit"),
        ("Marie Claire Petit", "Marie-Claire Petit, CNRS"),
        ("Marie-Claire Petit", "Marie Claire Petit, CNRS"),
        ("Marie Dupont", "Marie\xadDupont"),
        ("Marie Dupont", "M\u200ba\ufe0frie Dupont"),
        ("Marie Dupont", "Mɑrie Dupont"),
        ("Marie Dupont", "Maгie Dupont"),
        ("Marie Dupont", "Μаrіе Dupοnt"),
        ("Marie Dupont", "𝐌𝐚𝐫𝐢𝐞 𝐃𝐮𝐩𝐨𝐧𝐭"),
        ("Marie Dupont", "Mar1e Dup0nt"),
        ("Marie Dupont", "MarIe Dupont"),
        ("Élodie Noël", "Elodıe Noel"),
        ("Νίκος Παππάς", "ΝΙΚΟΣ ΠΑΠΠΑΣ"),
        ("Dr", "dr."),
    ],
)
def test_one_person_written_in_two_ways(one, other):
    assert may_be_one_person(one, other)
    assert may_be_one_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marie Dupont", "Marie Dupond"),
        ("Marie Dupont", "Jean-Marie Dupont"),
        ("Dr Marie Dupont", "Dr Paul Dupont"),
        ("Marie Dupont (CNRS)", "Paul Maes (CNRS)"),
        ("Marie Dupont", "Dr Dupont"),
        ("Marie Dupont", "Mario Dupont"),
        ("Marie-Claire Petit", "Marie-Claude Petit"),
        ("Dr", "Prof."),
        ("Νίκος Παππάς", "Νίκη Παππά"),
        ("Anne-Marie", "Anne Marie Petit"),
    ],
)
def test_two_people(one, other):
    assert not may_be_one_person(one, other)
    assert not may_be_one_person(other, one)
