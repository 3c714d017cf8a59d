"""Forms of a case file: typed words are kept as text, every button answers, still html is the same for all."""

import ipywidgets as widgets
import pytest
from casefile_samples import evidence, risk

from workshop import casefile
from workshop.casefile import NO_CASE, Answer, Decision, forms
from workshop.casefile.stages import stage_questions
from workshop.checks.fill_in import Form, attempt

BAD = "<script>window.hacked = 1</script>"
PUBLIC = {
    "begin": casefile.begin,
    "offer": lambda: casefile.offer(evidence()),
    "design": lambda: casefile.ask("design"),
    "development": lambda: casefile.ask("development"),
    "deployment": lambda: casefile.ask("deployment"),
    "risks": casefile.rate_risks,
    "decide": casefile.decide,
    "memo": casefile.write_memo,
}


@pytest.fixture(autouse=True)
def work(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKSHOP_MY_WORK", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


def parts(form):
    """Return every widget of a form."""

    def inside(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child)

    return list(inside(form.widget() if isinstance(form, Form) else form))


class Filled:
    """A form that is filled in as on a page: fields by their description, buttons by theirs."""

    def __init__(self, form):
        self.parts = parts(form)

    def field(self, description, kind=None):
        return next(
            each
            for each in self.parts
            if getattr(each, "description", None) == description and (kind is None or isinstance(each, kind))
        )

    def press(self, description):
        self.field(description, widgets.Button).click()
        return self.said

    @property
    def said(self):
        return next(
            each.value
            for each in reversed(self.parts)
            if isinstance(each, widgets.HTML) and 'role="status"' in each.value
        )


def begun():
    casefile.my_cases().begin("japan")


@pytest.mark.parametrize("make", PUBLIC.values(), ids=PUBLIC.keys())
def test_still_html_says_nothing_of_anybodys_case(make):
    before = make()._repr_html_(), repr(make())
    begun()
    cases = casefile.my_cases()
    cases.keep(evidence(), "my own reason")
    cases.answer(Answer("need", "yes", "my own answer"))
    cases.rate(risk(name="my own risk"))
    cases.decide(Decision("limit", "my own decision", "x"))
    after = make()._repr_html_(), repr(make())
    assert after == before
    assert "Run this cell to" in after[0]
    assert "Run this cell to" in after[1]


@pytest.mark.parametrize("make", PUBLIC.values(), ids=PUBLIC.keys())
def test_without_a_case_every_button_answers_how_to_begin_one(make, work):
    filled = Filled(make())
    for button in [each for each in filled.parts if isinstance(each, widgets.Button)]:
        if button.description not in ("Begin this case", "Open it"):
            button.click()
            assert NO_CASE in filled.said, button.description
    assert not work.exists()


@pytest.mark.parametrize("make", PUBLIC.values(), ids=PUBLIC.keys())
def test_every_form_has_a_live_region_and_shows_itself(make):
    bundle = make()._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert 'aria-live="polite"' in Filled(make()).said


def test_a_case_is_begun_and_opened_again(work):
    filled = Filled(casefile.begin())
    assert "No case is open yet" in filled.said
    filled.field("Use case:").value = "norway"
    assert "dialects" in filled.field("What it is to do:").value
    assert "is begun" in filled.press("Begin this case")
    assert casefile.current().slug == "norway"
    filled.field("Use case:").value = "own"
    assert "Give your own use case a title" in filled.press("Begin this case")
    filled.field("Title:").value = BAD
    assert "&lt;script&gt;" in filled.press("Begin this case")
    assert casefile.current().title == BAD
    filled.field("Cases you began:").value = "norway"
    assert "is open" in filled.press("Open it")
    assert casefile.current().slug == "norway"
    again = Filled(casefile.begin())
    again.field("Use case:").value = "norway"
    assert "It is open again, as you left it" in again.press("Begin this case")


def test_evidence_is_kept_with_its_reason_and_undone(work):
    begun()
    filled = Filled(casefile.offer(evidence("a"), evidence("b")))
    filled.field("Why it matters to your case:").value = BAD
    assert "It holds 2 pieces of evidence" in filled.press("Keep in my case file")
    assert [each.reason for each in casefile.current().evidence] == [BAD, BAD]
    again = Filled(casefile.offer(evidence("a")))
    assert "You kept this on" in again.said
    assert again.field("Why it matters to your case:").value == BAD
    assert "Undone: kept" in again.press("Undo")
    assert [each.id for each in casefile.current().evidence] == ["a"]
    assert "Done again: kept" in filled.press("Redo")
    assert "There is nothing to do again" in filled.press("Redo")
    for _ in range(2):
        filled.press("Undo")
    assert "There is nothing to undo" in filled.press("Undo")


def test_a_text_that_is_too_long_is_told(work):
    begun()
    filled = Filled(casefile.offer(evidence()))
    filled.field("Why it matters to your case:").value = "x" * 2001
    assert "2,001 letters" in filled.press("Keep in my case file")
    assert casefile.current().evidence == ()


@pytest.mark.parametrize("offered", [(), ("text",), (evidence(), None)])
def test_only_evidence_can_be_offered(offered):
    with pytest.raises(ValueError, match="Offer evidence made by"):
        casefile.offer(*offered)


def test_answers_are_kept_and_shown_again(work):
    begun()
    casefile.my_cases().keep(evidence(principles=["efficiency"], label="urgent ones that wait"), "x")
    filled = Filled(casefile.ask("design"))
    shown = " ".join(each.value for each in filled.parts if isinstance(each, widgets.HTML))
    assert "Urgent ones that wait" in shown
    assert "No number answers this" in shown
    radios = [each for each in filled.parts if isinstance(each, widgets.RadioButtons)]
    texts = [each for each in filled.parts if isinstance(each, widgets.Textarea)]
    assert (len(radios), len(texts)) == (4, 5)
    assert "Nothing new to keep" in filled.press("Keep my answers")
    texts[1].value = "words without a choice"
    assert "Choose yes, no or not sure" in filled.press("Keep my answers")
    texts[1].value = ""
    radios[0].value, texts[0].value, texts[4].value = "no", BAD, "those who call"
    assert "2 answers" in filled.press("Keep my answers")
    kept = {each.question: (each.answer, each.text) for each in casefile.current().answers}
    assert kept == {"need": ("no", BAD), "stakeholders": ("text", "those who call")}
    assert "Stop: the answer to" in casefile.review(casefile.current()).picture.sentence
    again = [each for each in parts(casefile.ask("design")) if isinstance(each, widgets.RadioButtons)]
    assert again[0].value == "no"


def test_a_stage_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no stage 'sale'"):
        casefile.ask("sale")


def test_a_risk_is_rated_changed_and_undone(work):
    begun()
    casefile.my_cases().keep(evidence("e1"), "x")
    filled = Filled(casefile.rate_risks())
    assert filled.field("What goes wrong:").value == "People are flagged who did nothing wrong"
    filled.field("Likelihood:").value = filled.field("Impact:").value = 1
    filled.field("Who bears the harm:").value = BAD
    assert "counted as medium: there is no evidence" in filled.press("Put on my sheet")
    assert "<script>" not in "".join(each.value for each in filled.parts if isinstance(each, widgets.HTML))
    ticks = [each for each in filled.parts if isinstance(each, widgets.VBox)]
    first = next(box for box in ticks if getattr(box, "keys_of", None))
    first.children[0].value = True
    said = filled.press("Put on my sheet")
    assert "counted as medium" not in said
    assert casefile.current().risks[0].evidence == ("e1",)
    assert len(casefile.current().risks) == 1
    filled.field("Measure:").value = "a second look"
    filled.field("Likelihood with it:").value = 1
    filled.press("Put on my sheet")
    assert casefile.current().risks[0].measure == "a second look"
    filled.field("Risk:").value = ""
    assert "Say what goes wrong" in filled.press("Put on my sheet")
    filled.field("What goes wrong:").value = "A risk of my own"
    filled.press("Put on my sheet")
    assert len(casefile.current().risks) == 2
    assert "Undone: rated the risk “A risk of my own”" in filled.press("Undo")
    assert len(casefile.current().risks) == 1


def test_two_risks_of_one_name_are_two(work):
    begun()
    case = casefile.my_cases().rate(risk(forms.risk_id("A name", casefile.current()), name="A name"))
    assert forms.risk_id("A name", case) == "a-name-2"


def test_a_decision_needs_reasons_and_says_what_is_missing(work):
    begun()
    cases = casefile.my_cases()
    cases.answer(Answer("need", "no", "not at all"))
    filled = Filled(casefile.decide())
    assert "Choose deploy, limit, pause or refuse" in filled.press("Keep this decision")
    chosen = next(each for each in filled.parts if isinstance(each, widgets.RadioButtons))
    chosen.value = "limit"
    assert "Give your reasons" in filled.press("Keep this decision")
    filled.field("Reasons:").value = BAD
    assert "Say how it is limited" in filled.press("Keep this decision")
    filled.field("Conditions:").value = "by day"
    filled.field("Review on:").value = "soon"
    assert "is no day" in filled.press("Keep this decision")
    filled.field("Review on:").value = ""
    said = filled.press("Keep this decision")
    assert "Still missing: who decides and a review date." in said
    assert "You answered no to" in said
    assert casefile.current().decision.reasons == BAD
    assert "Undone: decided to limit" in filled.press("Undo")
    assert chosen.value is None


def test_the_memo_is_written_in_three_formats(work):
    begun()
    casefile.my_cases().decide(Decision("refuse", BAD, decided_by="the chief", review_on="2027-05-31"))
    filled = Filled(casefile.write_memo())
    for button, ending in (("One html file", "html"), ("PDF", "pdf"), ("Word", "docx")):
        assert f"Written: my_work/papers/japan-memo.{ending}." in filled.press(button)
        assert (work / "papers" / f"japan-memo.{ending}").stat().st_size > 1000
    page = (work / "papers" / "japan-memo.html").read_text("utf-8")
    assert "<script>window" not in page
    assert "&lt;script&gt;window" in page


def test_a_folder_that_cannot_be_made_is_told(work):
    begun()
    (work / "papers").write_text("a file, not a folder")
    assert "The folder papers can&#x27;t be made" in Filled(casefile.write_memo()).press("PDF")


def test_questions_of_a_form_are_those_of_the_stage():
    html = casefile.ask("deployment")._repr_html_()
    assert all(question.asks in html for question in stage_questions("deployment"))


def test_a_button_that_fails_says_so():
    def fails():
        raise RuntimeError("odd")

    assert attempt(fails) == ("That did not work (RuntimeError: odd). Run the cell again.", "wrong")
