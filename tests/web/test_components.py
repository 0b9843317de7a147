"""Every shape, rendered once with something in it; axe looks at them in test_in_a_browser.py."""

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.test import RequestFactory

from lms.web import charts, tables
from lms.web.templatetags.ui import Chip


class EveryField(forms.Form):
    title = forms.CharField(help_text="As it stands on the certificate.")
    kind = forms.ChoiceField(choices=[("basic", "Basic"), ("online", "Online")], widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        choices=[("law", "Law"), ("tracing", "Tracing")], widget=forms.CheckboxSelectMultiple, required=False
    )
    agreed = forms.BooleanField(label="I have checked the dates")
    notes = forms.CharField(widget=forms.Textarea, required=False)
    version = forms.CharField(widget=forms.HiddenInput, initial="7")


def render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    text = render("{% field form.title %}", form=EveryField({}))
    assert '<label for="id_title">Title</label>' in text
    assert 'aria-describedby="id_title_helptext id_title_error"' in text
    assert 'id="id_title_helptext"' in text
    assert 'id="id_title_error"' in text


def test_a_group_of_choices_is_a_fieldset_and_a_single_tick_is_labelled_behind_it() -> None:
    text = render("{% form_fields form %}", form=EveryField())
    assert re.search(r"<legend>Kind</legend>", text)
    assert re.search(r"<legend>Topics <small>\(optional\)</small></legend>", text)
    assert '<label for="id_agreed">I have checked the dates</label>' in text
    assert 'name="version" value="7"' in text
    assert 'id="mistakes"' not in text


def test_a_form_with_mistakes_lists_them_with_links_to_their_fields() -> None:
    text = render("{% form_fields form %}", form=EveryField({}))
    assert '<a href="#id_title">Title</a>: This field is required.' in text
    assert 'role="alert"' in text


def test_a_table_links_its_cells_and_shows_unknown_as_a_dash() -> None:
    headers = [tables.Header("Hotline"), tables.Header("People", numeric=True)]
    table = tables.simple(
        "By hotline", headers, [["Safenet", tables.Cell(1234, "/x", True)], ["Point", None]]
    )
    text = render("{% table table %}", table=table)
    assert '<th scope="row">Safenet' in text
    assert '<td class="num"><a href="/x">1,234</a>' in text
    assert '<td class="num">–' in text


def test_a_table_may_end_with_a_sum() -> None:
    table = tables.Table(
        "Sum", [tables.Header("Line")], [], footer=[tables.Cell("All"), tables.Cell(9, "", True)]
    )
    assert re.search(
        r'<tfoot>\s*<tr>\s*<th scope="row">All\s*</th>', render("{% table table %}", table=table)
    )


def test_a_pager_without_other_pages_offers_none() -> None:
    text = render("{% pager pager %}", pager=tables.Pager(1, 3, 3))
    assert "1 to 3 of 3" in text
    assert "<a" not in text


def test_a_figure_stands_beside_its_rule_with_its_facts_one_click_away() -> None:
    text = render('{% figure "Participations" 1371 "Once per activity." "/facts/" "Open the facts" %}')
    assert '<p class="figure">1,371</p>' in text
    assert "Once per activity." in text
    assert '<a href="/facts/">Open the facts</a>' in text
    assert '<p class="figure">–</p>' in render('{% figure "People" None %}')


def test_chips_mark_the_choice_in_force() -> None:
    text = render(
        '{% chips "Year" chips %}', chips=[Chip("2023", "?year=2023", True), Chip("2024", "?year=2024")]
    )
    assert text.count("aria-current") == 1
    assert '<a class="chip" href="?year=2024">2024</a>' in text


def test_small_shapes_say_what_they_were_given() -> None:
    assert "1 of 5 · a minute left" in " ".join(
        render('{% progress "Lessons" 1 5 "a minute left" %}').split()
    )
    assert "<dd>–</dd>" in render("{% definitions pairs %}", pairs=[("Funder", None)])
    assert '<div class="note warm" role="status">' in render('{% note "Careful." "warm" True %}')
    assert '<a class="btn" href="/new/">Add one</a>' in render('{% empty "None yet." "/new/" "Add one" %}')
    assert '<a href="/staff/">Staff</a>' in render(
        '{% breadcrumb crumbs "Counts" %}', crumbs=[("Staff", "/staff/")]
    )


MONTHS = ["Jan", "Feb"]
TWO = [charts.Series("2023", [1, 2]), charts.Series("2024", [3, 1250])]
POINTS = [charts.Point("Europe", 1181, "/x"), charts.Point("Africa", 11)]
CHARTS = [
    charts.columns("By month", MONTHS, TWO, summary="By the month it began."),
    charts.lines("As lines", MONTHS, TWO),
    charts.bars("By region", POINTS),
    charts.stack("Trained", POINTS, total=1200),
]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_a_chart_has_a_name_a_table_and_no_style_attribute(chart: charts.Chart) -> None:
    text = render("{% chart chart %}", chart=chart)
    assert f'aria-labelledby="{chart.key}-title"' in text
    assert "As a table" in text
    assert "<table" in text
    assert "style=" not in text


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.title)
def test_lengths_keep_their_decimal_point_in_every_language(chart: charts.Chart, settings: object) -> None:
    settings.LANGUAGE_CODE = "de"
    text = render("{% chart chart %}", chart=chart)
    assert not re.search(r'(?:x|y|x1|y1|width|height|cx|cy)="[^"]*,', text)


def test_what_is_rendered_once_for_everybody_sees_nothing_of_a_page(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "probe.html").write_text("[{{ user }}{{ request }}{{ word }}]")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    request = RequestFactory().get("/")
    source = engines["django"].from_string('{% load ui %}{{ word }} {% steady "probe.html" %}')
    assert source.render({"word": "seen"}, request) == "seen []"


@pytest.mark.parametrize("name", ["account_links", "brand", "head", "scripts"])
def test_a_part_that_is_kept_for_everybody_asks_for_nobody(name: str) -> None:
    text = (Path(settings.BASE_DIR) / f"templates/components/{name}.html").read_text()
    assert not re.search(r"\{\{|csrf_token|\buser\b|\brequest\b", text)
