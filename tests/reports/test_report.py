import re
from html.parser import HTMLParser

import pytest

from neurosteroid.errors import InputError
from neurosteroid.evidence import library
from neurosteroid.reports import write_report
from neurosteroid.reports.html import render
from neurosteroid.studies import conduct, config_from_data
from tests.reports.small_study import small

SECTIONS = ("courses", "metrics", "people", "limits", "assumed", "numbers", "sources", "rerun")


class Page(HTMLParser):
    """The tags of a page with their attributes, its text, and whether every tag is closed."""

    VOID = frozenset({"meta", "link", "br", "col", "wbr", "img", "input", "hr"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def values(self, attribute):
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


@pytest.fixture(scope="module")
def text(study):
    return render(study)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_every_tag_is_closed_and_every_id_stands_once(page):
    assert page.open == []
    assert len(page.values("id")) == len(set(page.values("id")))


def test_every_section_is_there_and_every_link_inside_the_page_leads_somewhere(page):
    assert set(SECTIONS) <= set(page.values("id"))
    inside = [address[1:] for address in page.values("href") if address.startswith("#")]
    assert set(inside) <= set(page.values("id"))


def test_the_page_needs_nothing_from_outside(text, page):
    assert not {"script", "img", "iframe", "object", "embed", "video"} & {tag for tag, _ in page.tags}
    links = [attributes for tag, attributes in page.tags if tag == "link"]
    assert [link["href"] for link in links] == ["data:,"]
    assert page.values("src") == []
    assert "@import" not in text
    assert set(re.findall(r"url\((?!#)[^)]*\)", text)) == set()


def test_it_says_what_it_is_not(page):
    assert page.text.count("not medical advice") >= 2


def test_every_number_that_took_part_is_listed_with_value_unit_status_and_source(study, page):
    for number in study.ledger.numbers:
        assert number.key in page.text
        for key in number.source:
            assert f"source-{key}" in page.values("id")
    assert page.text.count("use assumed") == sum(
        number.counts_as_assumed and number.status != "assumed" for number in study.ledger.numbers
    )


def test_every_assumption_is_counted_and_stands_with_its_reason(study, page):
    assert f"Assumed numbers: {len(study.ledger.assumed)} of {len(study.ledger.numbers)}" in page.text
    for number in study.ledger.assumed:
        assert number.assumed.replace("ug/", "µg/").replace("umol", "µmol")[:60] in page.text


def test_every_source_stands_with_its_title(study, page):
    for key in study.ledger.sources:
        assert library().references[key].fields["title"].replace("{", "").replace("}", "") in page.text


def test_the_limits_of_the_cards_and_the_missing_validation_are_said(study, page):
    assert "dominated by the placebo response" in page.text
    assert "No dose-response of mood or sedation is validated" in page.text
    assert "in no state that makes allopregnanolone" in page.text
    assert "concentrations after a bolus or a short infusion are not established" in page.text


def test_the_table_has_the_median_of_the_summary(study, page):
    row = next(row for row in study.summary.rows() if row["metric"] == "c_max" and row["protocol"] == "short")
    assert f"{row['p50']:.1f}" in page.text
    share = next(row for row in study.summary.rows() if row["metric"] == "responder" and row["protocol"] == "short")
    assert f"{round(share['mean'] * 12)} of 12" in page.text


def test_figures_carry_a_title_and_a_description(page):
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(drawings) == 2
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert set(drawing["aria-labelledby"].split()) <= set(page.values("id"))


def test_the_text_in_figures_is_text(page):
    assert "Allopregnanolone in plasma, total" in page.text
    assert "nmol/L" in page.text


def test_the_same_study_gives_the_same_bytes(study, text):
    assert render(study) == text


def test_names_cannot_break_out_of_the_page(hostile_study):
    page = Page(render(hostile_study))
    assert "script" not in {tag for tag, _ in page.tags}
    assert "img" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script> & $x_1$" in page.text


def test_women_who_did_not_finish_are_named(study):
    from dataclasses import replace

    text = render(replace(study, failures=("woman-7, short: at 3 h the step fell below its least size",)))
    assert "woman-7, short: at 3 h" in text
    assert "1 not finished" in text


def test_a_study_without_a_protocol_that_gives_something_has_a_report():
    config = config_from_data(
        {
            "name": "nothing",
            "title": "Nothing",
            "question": "What is placebo alone?",
            "population": {"card": "postpartum", "size": 3},
            "protocols": [{"card": "no-drug"}],
            "time": {"until": "24 h", "step": "1 h"},
        }
    )
    assert "nothing is given" in render(conduct(config))


def test_the_file_appears_whole_or_not_at_all(study, tmp_path):
    written = write_report(study, tmp_path / "report.html")
    assert written.read_text(encoding="utf-8").endswith("</html>\n") or written.read_text().endswith("</html>")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(InputError, match=r"missing.report\.html"):
        write_report(study, tmp_path / "missing" / "report.html")


def test_a_protocol_in_amount_of_substance_is_reported_as_mass():
    protocols = [{"name": "molar", "sentence": "100 nmol/kg/h for 6 h"}]
    study = conduct(small(population={"card": "postpartum", "size": 1}, protocols=protocols))
    weight = float(study.people["weight"][0])
    # 600 nmol/kg of 318.5 g/mol
    (dose,) = re.findall(r"([\d.]+) mg<", render(study))
    assert float(dose) == pytest.approx(600e-9 * weight * 318.5 * 1e3, rel=5e-3)


def test_a_result_read_at_one_hour_only_stands_once(study):
    short = small(time={"until": "48 h", "step": "1 h"}, population={"card": "postpartum", "size": 2})
    rows = re.findall(r'<th scope="row">([^<]*)</th>', render(conduct(short)))
    assert rows.count("HAM-D change at 48 h") == 2  # one of the results, one of the differences
    assert "HAM-D change at 72 h" in render(study)


def test_what_is_unlikely_to_be_meant_is_asked(study):
    assert "Is this meant?" not in render(study)
    odd = small(
        protocols=[{"name": "slip", "sentence": "900 ug/kg/h for 60 h"}],
        population={"card": "postpartum", "size": 2},
        time={"until": "48 h", "step": "1 h"},
    )
    text = render(conduct(odd))
    assert "Is this meant?" in text
    assert "10 times the highest rate of the label (90" in text
    assert "lasts until 60 h, but the follow-up ends at 48 h" in text


def test_the_label_variant_is_said_to_have_no_variability(study):
    assert "alike in plasma" not in render(study)
    config = small(model={"pharmacokinetics": "label"}, population={"card": "postpartum", "size": 3})
    text = render(conduct(config))
    assert text.count("Women of one weight are alike in plasma.") == 2  # under the figure and among the limits
    assert "The variant &#39;label&#39; of the pharmacokinetics states no variability between women." in text


def test_tiles_that_could_rank_doses_say_that_they_do_not(study):
    said = "These numbers do not rank doses:"
    assert said in render(study)
    alone = small(protocols=[{"card": "brexanolone-label"}], population={"card": "postpartum", "size": 2})
    assert said not in render(conduct(alone))


def test_an_error_that_is_not_applied_took_no_part(study):
    assert "proportional_error" not in {number.key for number in study.ledger.numbers}
    assert "proportional_error" not in render(study)


def test_long_lines_of_the_rerun_recipe_are_wrapped_on_paper(text):
    paper = text[text.index("@media print") :]
    assert re.search(r"pre \{[^}]*white-space: pre-wrap", paper[: paper.index("</style>")])


def test_quantiles_from_bins_are_said_to_be_so_with_their_error():
    many = conduct(small(population={"card": "postpartum", "size": 2100}, time={"until": "12 h", "step": "6 h"}))
    text = Page(render(many)).text
    assert text.count("read from counts in bins") == 2
    # 2^-8 and 2^-12, rounded up to a digit
    assert "within 0.4 % of the true one" in text
    assert "within 0.03 % of the true one" in text


def test_a_study_with_rules_does_not_say_that_everything_goes_to_plan(study):
    assert "Everything goes to plan." in render(study)
    protocols = [{"name": "held", "sentence": "60 ug/kg/h for 12 h with rules: hold when sedation >= moderate"}]
    text = render(conduct(small(protocols=protocols, population={"card": "postpartum", "size": 2})))
    assert "Everything goes to plan." not in text
    assert "Everything but what the rules change goes to plan." in text
    assert "Total dose as planned, median" in text
    assert (
        "Above: what is planned, before rules act: infusions as ladders of rates, single doses as stems or marks."
        in text
    )
