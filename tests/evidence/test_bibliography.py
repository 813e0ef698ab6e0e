"""References as one line for people."""

import pytest

from neurosteroid.evidence.bibliography import read_bibtex


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("author = {Wald, Jeffrey and Henningsson, Anja},", "Wald et al. (2022)"),
        ("author = {Johansson, E. D. B.},", "Johansson (2022)"),
        ("author = {{Biogen and Sage Therapeutics}},", "Biogen and Sage Therapeutics (2022)"),
        ("author = {{Drugs.com}},", "Drugs.com (2022)"),
        ("author = {{Sage Therapeutics} and Smith, J.},", "Sage Therapeutics et al. (2022)"),
        ("", "no author read (2022)"),
    ],
)
def test_authors_of_a_reference_are_shown_whole(author: str, shown: str) -> None:
    entry = read_bibtex(f"@misc{{one, {author} title = {{A title}}, year = {{2022}}}}", "references.bib")["one"]
    assert entry.plain() == f"{shown}. A title"


def test_accents_of_tex_are_letters_for_people():
    text = r"""@article{one, title = {Drugs in R\&D}, author = {D{\"u}sterwald, Kira and Kay, Alan}, year = {2018}}"""
    entry = read_bibtex(text, "a.bib")["one"]
    assert entry.plain() == "Düsterwald et al. (2018). Drugs in R&D"
    assert r"D{\"u}sterwald" in entry.bibtex()
