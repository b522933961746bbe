from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from hacktiv.common.forms import LONGEST_LINE, LONGEST_TEXT, PlainForm
from hacktiv.common.templatetags.hacktiv import named


def rendered(source, **context):
    return Template(source).render(Context(context))


def test_a_row_of_the_admin_names_its_cells_for_a_phone():
    cells = [mark_safe('<td class="a"><input></td>'), mark_safe('<th class="b">B & C</th>')]
    headers = [{"text": mark_safe("<input>")}, {"text": "où & quand"}]
    assert list(named(cells, headers)) == [cells[0], '<th data-label="Où &amp; quand" class="b">B & C</th>']


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "calendar" %}')
    labelled = rendered('{% icon "calendar" label=text %}', text="<b>")
    assert 'role="img" aria-label="&lt;b&gt;"' in labelled
    assert "aria-hidden" not in labelled


@pytest.mark.parametrize("name", ["unheard-of", "../../secret", "", None])
def test_an_unknown_icon_is_a_dot_and_never_a_file_from_elsewhere(name):
    assert rendered("{% icon name %}", name=name) == rendered('{% icon "dot" %}')


def test_another_page_keeps_the_filters():
    request = RequestFactory().get("/fr/agenda/?space=la-ferme&page=2&q=a%26b")
    assert rendered("{% page_url 3 %}", request=request) == "?space=la-ferme&amp;page=3&amp;q=a%26b"


def test_a_date_block_says_the_whole_date_to_who_does_not_see_it():
    with translation.override("fr"):
        block = rendered("{% date_block moment %}", moment=datetime(2020, 11, 18, 13, tzinfo=UTC))
    assert 'datetime="2020-11-18T14:00:00+01:00"' in block
    assert "mercredi 18\N{NO-BREAK SPACE}novembre 2020" in block


@pytest.mark.parametrize(
    ("name", "letters"), [("Zoé Lambert", "ZL"), ("Jean-Luc de la Tour", "JT"), ("élan", "É"), ("", ""), ("  ", "")]
)
def test_initials(name, letters):
    assert rendered("{{ name|initials }}", name=name) == letters


def test_only_the_open_section_is_marked_in_the_navigation():
    request = SimpleNamespace(resolver_match=SimpleNamespace(view_name="events:event"))
    assert rendered('{% current "events:" %}', request=request) == 'aria-current="true"'
    assert rendered('{% current "spaces:" "portal:space" %}', request=request) == ""
    assert rendered('{% current "spaces:" %}') == ""


class Form(PlainForm):
    name = forms.CharField()
    text = forms.CharField(widget=forms.Textarea, required=False)
    day = forms.DateField(help_text="Un jour.", required=False)
    side = forms.ChoiceField(choices=[("BE", "BE")], widget=forms.RadioSelect)


class TestForms:
    def test_a_faulty_field_says_so_beside_it_and_in_a_summary_that_leads_to_it(self):
        html = str(Form({"name": "", "day": "demain", "side": "BE"}))
        assert 'href="#id_name"' in html
        assert 'id="id_name_error"' in html
        assert 'aria-describedby="id_name_error"' in html
        assert 'aria-describedby="id_day_helptext id_day_error"' in html
        assert html.count('aria-invalid="true"') == 2
        assert 'value="demain"' in html

    def test_a_form_without_a_fault_has_no_summary(self):
        assert "form-errors" not in str(Form())

    def test_radio_buttons_are_a_group_with_a_legend(self):
        html = str(Form())
        assert html.count("<fieldset") == 1
        assert html.count("<legend") == 1

    @pytest.mark.parametrize(("field", "longest"), [("name", LONGEST_LINE), ("text", LONGEST_TEXT)])
    def test_a_text_has_a_bound_even_where_its_form_names_none(self, field, longest):
        data = {"name": "Zoé", "side": "BE"}
        assert Form({**data, field: "a" * longest}).is_valid()
        form = Form({**data, field: "a" * (longest + 1)})
        assert list(form.errors) == [field]
        assert f'maxlength="{longest}"' in str(form)

    @pytest.mark.parametrize("character", ["\0", "\x07", "\x1b"])
    def test_control_characters_are_refused(self, character):
        assert list(Form({"name": f"Zo{character}é", "side": "BE"}).errors) == ["name"]

    @pytest.mark.parametrize("character", ["\t", "\n", "\r", "\r\n", "\x85", "\u2028"])
    def test_one_line_has_no_tab_and_no_line_end(self, character):
        form = Form({"name": f"Zoé{character}Bcc: v@x.example", "side": "BE"})
        assert list(form.errors) == ["name"]
        assert form["name"].value() == f"Zoé{character}Bcc: v@x.example"

    def test_what_is_typed_is_trimmed(self):
        form = Form({"name": "  Zoé ", "side": "BE", "text": "un\n\tdeux"})
        assert form.is_valid()
        assert (form.cleaned_data["name"], form.cleaned_data["text"]) == ("Zoé", "un\n\tdeux")


def test_pages_of_a_list_lead_to_both_neighbours():
    page = SimpleNamespace(
        has_other_pages=True, has_previous=True, has_next=True, number=2,
        previous_page_number=1, next_page_number=3, paginator=SimpleNamespace(num_pages=3),
    )  # fmt: skip
    request = RequestFactory().get("/fr/agenda/?page=2")
    html = render_to_string("components/pagination.html", {"page_obj": page, "request": request})
    assert 'href="?page=1"' in html
    assert 'href="?page=3"' in html


def test_a_lean_page_says_the_same_without_its_indentation():
    said = rendered("{% lean %}<ul>\n    <li>one\n      two</li>\n\n  </ul>{% endlean %}  x")
    assert said == "<ul>\n<li>one\ntwo</li>\n</ul>  x"
