"""Forms of a case file in the notebook: begin a case, keep evidence, answer questions, rate risks.

Each form shows itself as widgets where a kernel runs, and as still html elsewhere. The still html is the same for
everybody: it holds no date and nothing of anybody's case.
"""

from collections.abc import Callable
from html import escape

from workshop.casefile import model
from workshop.casefile.model import NO_CASE, Answer, Decision, Evidence, Risk
from workshop.casefile.principles import PRINCIPLES, principle
from workshop.casefile.risks import IMPACT, LIKELIHOOD, overall, rate, risk_sheet
from workshop.casefile.stages import fitting, stage_questions, stopped_by
from workshop.casefile.store import my_cases, slug_of
from workshop.casefile.use_cases import USE_CASES
from workshop.casefile.wording import sentence
from workshop.checks.fill_in import BUTTON, NATURAL, RUN, Form, attempt, box, status, wide
from workshop.checks.style import WRAP_STYLE, WRAPPED
from workshop.probes.words import joined

PRIVATE = "Write no name and no case number: a case file is about a tool, not about a person."


class Beginning(Form):
    """Pick a use case and begin a case file, or open one that was begun."""

    title = "Begin a case file: pick a use case. Run this cell to fill it in."

    def still(self) -> str:
        """Return the use cases that can be picked, as html."""
        items = "".join(f"<li>{escape(case.title)}</li>" for case in USE_CASES.values())
        return f"<p><strong>Pick a use case.</strong> {RUN} begin your case file.</p><ul>{items}</ul>"

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases = my_cases()
        use_case = widgets.Dropdown(
            options=[(case.title, case.key) for case in USE_CASES.values()],
            description="Use case:",
            layout=wide(),
            style=NATURAL,
        )
        title = widgets.Text(
            description="Title:", placeholder="a few words of your own", layout=wide(), style=NATURAL
        )
        about = widgets.Textarea(description="What it is to do:", rows=3, layout=wide(), style=NATURAL)
        begin = widgets.Button(description="Begin this case", button_style="primary", layout=BUTTON)
        begun = widgets.Dropdown(description="Cases you began:", layout=wide(), style=NATURAL)
        reopen = widgets.Button(description="Open it", layout=BUTTON)
        source, said = widgets.HTML(), widgets.HTML()
        earlier = widgets.VBox([begun, reopen])

        def pick(_change=None):
            chosen = USE_CASES[use_case.value]
            about.value = chosen.about
            source.value = f"<p><small>{escape(chosen.source)}</small></p>" if chosen.source else ""

        def refresh(text, kind="unread"):
            slugs = cases.slugs()
            begun.options = [(_title(cases, slug), slug) for slug in slugs]
            earlier.layout.display = "" if slugs else "none"
            said.value = status(with_notice(text, cases), kind)

        def start(_button):
            def done():
                before = cases.slugs()
                case = cases.begin(use_case.value, title.value, about.value)
                if case.slug in before:
                    return f"You began “{case.title}” on {case.begun_on}. It is open again, as you left it."
                return f"Your case “{case.title}” is begun. What you keep from now on goes into it."

            refresh(*attempt(done))

        def go_on(_button):
            def done():
                if begun.value is None:
                    raise ValueError("Pick one of your cases, then open it.")
                return f"Your case “{cases.open(begun.value).title}” is open."

            refresh(*attempt(done))

        use_case.observe(pick, "value")
        begin.on_click(start)
        reopen.on_click(go_on)
        pick()
        case = cases.current()
        refresh(f"Your case “{case.title}” is open." if case else "No case is open yet.")
        note = widgets.HTML(f"<p><small>{escape(PRIVATE)}</small></p>")
        return widgets.VBox([use_case, source, title, about, note, begin, earlier, said])


class Offer(Form):
    """Evidence of a lesson, offered to be kept with the reason in the trainee's words.

    Parameters
    ----------
    *evidence : Evidence
        What was measured; all of it is kept with the same reason.

    Raises
    ------
    ValueError
        If nothing, or something else, is offered.
    """

    def __init__(self, *evidence: Evidence):
        if not evidence or not all(isinstance(each, Evidence) for each in evidence):
            raise ValueError("Offer evidence made by casefile.evidence(...), one or more.")
        self.evidence = evidence
        self.title = f"For your case file: {' '.join(map(sentence, evidence))} Run this cell to keep it."

    def _shown(self) -> str:
        items = "".join(
            f"<li>{escape(sentence(each))} <small>Evidence for: "
            f"{escape(joined(principle(key).name.lower() for key in each.principles))}.</small></li>"
            for each in self.evidence
        )
        return f"<p><strong>For your case file</strong></p><ul>{items}</ul>"

    def still(self) -> str:
        """Return the evidence, as html."""
        return f"{self._shown()}<p>{RUN} keep it, with the reason in your words.</p>"

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases = my_cases()
        why = widgets.Textarea(
            description="Why it matters to your case:",
            placeholder="one or two sentences in your words",
            rows=2,
            layout=wide(),
            style=NATURAL,
        )
        keep = widgets.Button(description="Keep in my case file", button_style="primary", layout=BUTTON)
        said = widgets.HTML()

        def kept():
            for each in self.evidence:
                case = cases.keep(each, why.value)
            return f"Kept in “{case.title}”. It holds {pieces(case)}."

        def show(text, kind="unread"):
            said.value = status(with_notice(text, cases), kind)

        keep.on_click(lambda _button: show(*attempt(kept)))
        case = cases.current()
        earlier = case and next(
            (found for each in self.evidence if (found := case.find("evidence", each.id))), None
        )
        if earlier:
            why.value = earlier.reason
            show(f"You kept this on {earlier.recorded_on} in “{case.title}”. Keep it again to renew it.")
        else:
            show(f"It would go into your case “{case.title}”." if case else NO_CASE)
        return widgets.VBox(
            [
                widgets.HTML(box(self._shown())),
                why,
                widgets.HBox([keep, *history(cases, show)], layout={"flex_flow": "row wrap"}),
                said,
            ]
        )


class StageForm(Form):
    """The questions of a stage, to be answered for the open case.

    Parameters
    ----------
    stage : {"design", "development", "deployment"}

    Raises
    ------
    ValueError
        If there is no such stage.
    """

    def __init__(self, stage: str):
        self.questions = stage_questions(stage)
        asked = " ".join(question.asks for question in self.questions)
        self.title = f"Questions of the stage {stage}: {asked} Run this cell to answer them."

    def still(self) -> str:
        """Return the questions, as html."""
        items = "".join(f"<li>{_asked(question)}</li>" for question in self.questions)
        return f"<ol>{items}</ol><p>{RUN} answer these questions for your case.</p>"

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases = my_cases()
        case = cases.current()
        fields, blocks, said = {}, [], widgets.HTML()
        for question in self.questions:
            given = case.find("answers", question.key) if case else None
            chosen = widgets.RadioButtons(
                options=["yes", "no", "not sure"],
                value=given.answer if given and given.answer != "text" else None,
                layout=wide(),
            )
            text = widgets.Textarea(
                value=given.text if given else "",
                rows=2,
                placeholder="in your words",
                description="Your reasons:",
                layout=wide(),
                style=NATURAL,
            )
            fields[question.key] = (chosen, text)
            found = fitting(question, case.evidence) if case else ()
            about = widgets.HTML(f"<div>{_asked(question)}</div>{_evidence_list(question, found)}")
            blocks.append(widgets.VBox([about, *([] if question.in_words else [chosen]), text]))

        def answered():
            last, new = None, 0
            for question in self.questions:
                chosen, text = fields[question.key]
                answer = "text" if question.in_words else chosen.value
                words = model.clean(text.value)
                if answer is None or (answer == "text" and not words):
                    if words:
                        raise ValueError(
                            f"Choose yes, no or not sure: “{question.asks}” Your words wait there."
                        )
                    continue
                now = cases.current()
                old = now.find("answers", question.key) if now else None
                if old and (old.answer, old.text) == (answer, words):
                    continue
                last = cases.answer(Answer(question.key, answer, words))
                new += 1
            if not new:
                if cases.current() is None:
                    raise ValueError(NO_CASE)
                return "Nothing new to keep: answer a question first."
            return f"Kept in “{last.title}”: {new} answer{'s' if new > 1 else ''}."

        def show(text, kind="unread"):
            said.value = status(with_notice(text, cases), kind)

        keep = widgets.Button(description="Keep my answers", button_style="primary", layout=BUTTON)
        keep.on_click(lambda _button: show(*attempt(answered)))
        show(f"These are the answers of your case “{case.title}”." if case else NO_CASE)
        buttons = widgets.HBox([keep, *history(cases, show)], layout={"flex_flow": "row wrap"})
        form = widgets.VBox([widgets.HTML(WRAP_STYLE), *blocks, buttons, said])
        form.add_class(WRAPPED)
        return form


SUGGESTED = (
    ("People are flagged who did nothing wrong", "accuracy"),
    ("Those it should find are missed", "accuracy"),
    ("One group bears more of the errors", "equality_and_non_discrimination"),
    ("It fails on a bad day and nobody notices", "robustness_and_safety"),
    ("Officers follow it without checking", "human_control_and_oversight"),
    ("It is used for more than it was meant for", "legitimacy"),
    ("It holds data of people who have nothing to do with the case", "privacy"),
    ("People concerned never learn of it and can't contest it", "contestability_and_redress"),
)


class RiskForm(Form):
    """Risks rated for the open case, with the sheet beneath."""

    title = "Rate the risks of your case: likelihood and impact, before and with a measure. Run this cell to rate them."

    def still(self) -> str:
        """Return the scales and the suggested risks, as html."""
        scales = "".join(
            f"<p><strong>{name}</strong></p><ol>{''.join(f'<li>{escape(step)}</li>' for step in steps.values())}</ol>"
            for name, steps in (("Likelihood", LIKELIHOOD), ("Impact", IMPACT))
        )
        items = "".join(f"<li>{escape(name)}</li>" for name, _ in SUGGESTED)
        return (
            f"{scales}<p><strong>Risks to begin with</strong></p><ul>{items}</ul>"
            f"<p>{RUN} rate the risks of your case.</p>"
        )

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases = my_cases()
        which = widgets.Dropdown(description="Risk:", layout=wide(), style=NATURAL)
        name = widgets.Text(description="What goes wrong:", layout=wide(), style=NATURAL)
        bears = widgets.Text(
            description="Who bears the harm:",
            placeholder="for example: passers-by",
            layout=wide(),
            style=NATURAL,
        )
        serves = widgets.Dropdown(
            options=[(each.name, each.key) for each in PRINCIPLES.values()],
            description="Principle:",
            layout=wide(),
            style=NATURAL,
        )
        likelihood, likelihood_box = _scale("Likelihood:", LIKELIHOOD)
        impact, impact_box = _scale("Impact:", IMPACT)
        shows, works = _ticks(), _ticks()
        measure = widgets.Text(
            description="Measure:", placeholder="what is done about it", layout=wide(), style=NATURAL
        )
        after, after_boxes = zip(
            _scale("Likelihood with it:", LIKELIHOOD), _scale("Impact with it:", IMPACT), strict=True
        )
        sheet, said = widgets.HTML(), widgets.HTML()

        def refresh(text, kind="unread"):
            case = cases.current()
            sheet.value = risk_sheet(case)._repr_html_() if case else ""
            said.value = status(with_notice(text, cases), kind)

        def list_risks(pick=None):
            case = cases.current()
            held = {risk.id: risk.name for risk in case.risks} if case else {}
            begun = {names: key for key, names in held.items()}
            options = [(f"{names} (on your sheet)", key) for names, key in begun.items()]
            options += [(names, names) for names, _ in SUGGESTED if names not in begun]
            options.append(("a risk of your own", ""))
            which.options = options
            which.value = pick if pick in [value for _, value in options] else options[0][1]
            fill()

        def fill(_change=None):
            case = cases.current()
            risk = case.find("risks", which.value) if case and which.value else None
            evidence = case.evidence if case else ()
            name.value = risk.name if risk else which.value or ""
            bears.value = risk.bears if risk else ""
            serves.value = risk.principle if risk else dict(SUGGESTED).get(which.value, "accuracy")
            likelihood.value, impact.value = (risk.likelihood, risk.impact) if risk else (3, 3)
            measure.value = risk.measure if risk else ""
            after[0].value = risk.likelihood_after or risk.likelihood if risk else 3
            after[1].value = risk.impact_after or risk.impact if risk else 3
            _tick(shows, evidence, risk.evidence if risk else ())
            _tick(works, evidence, risk.measure_evidence if risk else ())

        def kept():
            if not name.value.strip():
                raise ValueError("Say what goes wrong, in a few words.")
            case = cases.current()
            if case is None:
                raise ValueError(NO_CASE)
            known = case.find("risks", which.value) if which.value else None
            measured = bool(measure.value.strip())
            risk = Risk(
                known.id if known else risk_id(name.value, case),
                name.value,
                bears.value,
                serves.value,
                likelihood.value,
                impact.value,
                _ticked(shows),
                measure.value,
                after[0].value if measured else None,
                after[1].value if measured else None,
                _ticked(works) if measured else (),
            )
            case = cases.rate(risk)
            list_risks(risk.id)
            mine = next(each for each in rate(case.risks, case.evidence) if each.risk.id == risk.id)
            return " ".join((f"“{mine.risk.name}” is on your sheet.", *mine.notes))

        def stepped(text, kind="unread"):
            list_risks(which.value)
            refresh(text, kind)

        keep = widgets.Button(description="Put on my sheet", button_style="primary", layout=BUTTON)
        keep.on_click(lambda _button: refresh(*attempt(kept)))
        which.observe(lambda change: fill(), "value")
        list_risks()
        refresh("Rate a risk, then put it on your sheet." if cases.current() else NO_CASE)
        first = [which, name, bears, serves, likelihood_box, impact_box]
        first.append(_labelled("Evidence for this risk:", shows))
        then = [measure, *after_boxes, _labelled("Evidence that the measure works:", works)]
        buttons = widgets.HBox([keep, *history(cases, stepped)], layout={"flex_flow": "row wrap"})
        form = widgets.VBox([widgets.HTML(WRAP_STYLE), *first, *then, buttons, said, sheet])
        form.add_class(WRAPPED)
        return form


MEANINGS = {
    "deploy": "Deploy: it may be used as described",
    "limit": "Limit: it may be used only under conditions",
    "pause": "Pause: it is not used until open points are closed",
    "refuse": "Refuse: it is not used",
}


class DecisionForm(Form):
    """The decision of the open case, with its reasons, who decides, and the day it is looked at again."""

    title = "Decide: deploy, limit, pause or refuse, with reasons and a review date. Run this cell to do so."

    def still(self) -> str:
        """Return what can be decided, as html."""
        items = "".join(f"<li>{escape(words)}</li>" for words in MEANINGS.values())
        return (
            f"<ul>{items}</ul><p>With it: your reasons, the conditions, who decides (a role, not a name) and the day "
            f"on which it is looked at again. {RUN} decide your case.</p>"
        )

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases = my_cases()
        chosen = widgets.RadioButtons(
            options=[(words, key) for key, words in MEANINGS.items()], value=None, layout=wide()
        )
        reasons = widgets.Textarea(description="Reasons:", rows=4, layout=wide(), style=NATURAL)
        conditions = widgets.Textarea(description="Conditions:", rows=2, layout=wide(), style=NATURAL)
        decider = widgets.Text(
            description="Who decides:", placeholder="a role, not a name", layout=wide(), style=NATURAL
        )
        review_on = widgets.Text(
            description="Review on:", placeholder="for example 2027-05-31", layout=wide(), style=NATURAL
        )
        leans = _ticks()
        said = widgets.HTML()

        def fill(case):
            held = case.decision if case else None
            chosen.value = held.decision if held else None
            reasons.value, conditions.value = (held.reasons, held.conditions) if held else ("", "")
            decider.value, review_on.value = (held.decided_by, held.review_on) if held else ("", "")
            _tick(leans, case.evidence if case else (), held.evidence if held else ())

        def decided():
            if cases.current() is None:
                raise ValueError(NO_CASE)
            if chosen.value is None:
                raise ValueError("Choose deploy, limit, pause or refuse.")
            if not reasons.value.strip():
                raise ValueError("Give your reasons: those concerned will ask for them.")
            if chosen.value == "limit" and not conditions.value.strip():
                raise ValueError("Say how it is limited, under “Conditions”.")
            parts = (chosen.value, reasons.value, conditions.value, decider.value, review_on.value.strip())
            case = cases.decide(Decision(*parts, evidence=_ticked(leans)))
            worst = overall(rate(case.risks, case.evidence)).sentence
            missing = [
                words
                for words, there in (("who decides", decider.value), ("a review date", review_on.value))
                if not there.strip()
            ]
            lacks = f" Still missing: {joined(missing)}." if missing else ""
            stops = joined(f"“{question.asks}”" for question in stopped_by(case))
            against = f" You answered no to {stops}: your reasons must say why you go on." if stops else ""
            against = "" if case.decision.decision in ("pause", "refuse") else against
            return f"Decided: {MEANINGS[case.decision.decision].lower()}.{lacks}{against} {worst}"

        def show(text, kind="unread"):
            said.value = status(with_notice(text, cases), kind)

        def stepped(text, kind="unread"):
            fill(cases.current())
            show(text, kind)

        keep = widgets.Button(description="Keep this decision", button_style="primary", layout=BUTTON)
        keep.on_click(lambda _button: show(*attempt(decided)))
        case = cases.current()
        fill(case)
        show(f"This decides your case “{case.title}”." if case else NO_CASE)
        buttons = widgets.HBox([keep, *history(cases, stepped)], layout={"flex_flow": "row wrap"})
        fields = [chosen, reasons, conditions, decider, review_on]
        evidence = _labelled("Evidence that you lean on:", leans)
        form = widgets.VBox([widgets.HTML(WRAP_STYLE), *fields, evidence, buttons, said])
        form.add_class(WRAPPED)
        return form


def begin() -> Beginning:
    """Return the form that begins a case file, or opens one that was begun."""
    return Beginning()


def offer(*evidence: Evidence) -> Offer:
    """Return a form that offers evidence to be kept, with the reason in the trainee's words.

    Raises
    ------
    ValueError
        If nothing, or something else, is offered.
    """
    return Offer(*evidence)


def ask(stage: str) -> StageForm:
    """Return the questions of a stage, to be answered for the open case.

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    return StageForm(stage)


def rate_risks() -> RiskForm:
    """Return the form that puts risks on the sheet of the open case."""
    return RiskForm()


def decide() -> DecisionForm:
    """Return the form that decides the open case."""
    return DecisionForm()


# --- pieces ------------------------------------------------------------------------------------------------------


def with_notice(text: str, cases) -> str:
    """Return a text, and what is to be said about the files."""
    return " ".join(filter(None, (text, cases.take_notice())))


def pieces(case) -> str:
    """Return how much evidence a case holds, in words."""
    number = len(case.evidence)
    return f"{number} piece{'s' if number != 1 else ''} of evidence"


def history(cases, show: Callable) -> tuple:
    """Return the buttons that undo the last change of the case and do it again."""
    import ipywidgets as widgets

    buttons = []
    for description, step, done, nothing in (
        ("Undo", cases.undo, "Undone", "There is nothing to undo."),
        ("Redo", cases.redo, "Done again", "There is nothing to do again."),
    ):

        def stepped(_button, step=step, done=done, nothing=nothing):
            def words():
                did = step()
                return f"{done}: {did}." if did else nothing

            show(*attempt(words))

        button = widgets.Button(
            description=description, tooltip=f"{description} the last change of the case", layout=BUTTON
        )
        button.on_click(stepped)
        buttons.append(button)
    return tuple(buttons)


def risk_id(name: str, case) -> str:
    """Return an id for a new risk that no risk of the case has."""
    stem = slug_of(model.clean(name, model.LONGEST_NAME))
    number, key = 1, stem
    while case.find("risks", key):
        number += 1
        key = f"{stem}-{number}"
    return key


def _title(cases, slug):
    try:
        return cases.case(slug).title
    except ValueError:
        return slug


def _asked(question) -> str:
    serves = joined(principle(key).name.lower() for key in question.principles)
    stop = " <strong>A “no” ends the case.</strong>" if question.gate else ""
    return (
        f"<p><strong>{escape(question.asks)}</strong>{stop}</p>"
        f"<p>{escape(question.why)} A bad answer: {escape(question.bad)} <small>Serves: {escape(serves)}.</small></p>"
    )


def _evidence_list(question, found) -> str:
    if not question.answered_by:
        return "<p><small>No number answers this: say it in words.</small></p>"
    if not found:
        wanted = joined((principle(key).name.lower() for key in question.answered_by), "or")
        return f"<p><small>No evidence yet. What would answer it: evidence for {escape(wanted)}.</small></p>"
    items = "".join(f"<li>{escape(sentence(each))}</li>" for each in found)
    return f"<p><small>Evidence in your case:</small></p><ul>{items}</ul>"


def _scale(description, steps):
    """Return a slider of steps, and it with the words of its step beneath: beside it they would be cut."""
    import ipywidgets as widgets

    slider = widgets.SelectionSlider(
        options=[(str(step), step) for step in steps],
        value=3,
        description=description,
        layout=wide(),
        style=NATURAL,
    )
    words = widgets.HTML()

    def say(_change=None):
        words.value = (
            f'<div aria-live="polite"><small>{slider.value}: {escape(steps[slider.value])}</small></div>'
        )

    slider.observe(say, "value")
    say()
    return slider, widgets.VBox([slider, words])


def _ticks():
    import ipywidgets as widgets

    return widgets.VBox([])


def _tick(ticks, evidence, chosen):
    """Show a tick box for each piece of evidence."""
    import ipywidgets as widgets

    ticks.keys_of = [each.id for each in evidence]
    ticks.children = [
        widgets.Checkbox(value=each.id in chosen, description=sentence(each), indent=False, layout=wide())
        for each in evidence
    ] or [widgets.HTML("<p><small>Your case holds no evidence yet: the lessons offer it.</small></p>")]


def _ticked(ticks):
    return tuple(
        key
        for key, tick in zip(ticks.keys_of, ticks.children, strict=False)
        if getattr(tick, "value", "") is True
    )


def _labelled(label, content):
    import ipywidgets as widgets

    return widgets.VBox([widgets.HTML(f"<p><strong>{escape(label)}</strong></p>"), content])
