"""The memo of a case in a notebook: shown, and written to files by a form."""

import re
from html import escape

from workshop.casefile.forms import with_notice
from workshop.casefile.memo import MEANS, memo
from workshop.casefile.model import NO_CASE, Case
from workshop.casefile.store import my_cases
from workshop.checks.fill_in import BUTTON, RUN, Form, attempt, status
from workshop.documents import papers_folder, write
from workshop.documents.html import html_page
from workshop.probes.html import Picture, StillPicture, bullets, panel, paragraph

FORMATS = {"html": "One html file", "pdf": "PDF", "docx": "Word"}


class ShownMemo:
    """The memo of a case as a cell's result.

    Parameters
    ----------
    case : Case or None
    made_on : str, optional
        Day as "2026-11-30"; today by default.
    """

    def __init__(self, case: Case | None, made_on: str | None = None):
        self.case = case
        self.document = memo(case, made_on) if case else None

    def lead(self) -> StillPicture:
        """Return the decision alone: what, why, under which conditions, who decides, and when it is looked at again."""
        decision = self.case.decision if self.case else None
        if decision is None:
            sentence = "Nothing was decided yet." if self.case else NO_CASE
            return StillPicture("Decision", Picture(sentence, "", "", ""))
        sentence = f"{decision.decision.capitalize()}: {MEANS[decision.decision]}."
        told = {
            "Reasons": decision.reasons,
            "Conditions": decision.conditions,
            "Who decides": decision.decided_by,
            "Looked at again": decision.review_on,
        }
        lines = bullets(f"{head}: {text}" for head, text in told.items() if text)
        return StillPicture("Decision", Picture(sentence, "", lines, ""))

    def __repr__(self):
        return self.document.title if self.document else NO_CASE

    def _repr_html_(self):
        if self.document is None:
            return panel(paragraph(NO_CASE, "sentence"))
        main = re.search(r"<main>\n(.*)\n</main>", html_page(self.document), flags=re.DOTALL)[1]
        # No headings: the notebook's own outline, with its one H1, stays whole.
        main = re.sub(
            r"<h[1-6]>(.*?)</h[1-6]>", r'<p class="workshop-sentence">\1</p>', main, flags=re.DOTALL
        )
        main, _, annex = main.partition('<div class="annex"></div>')
        more = f"<details><summary>The annex</summary>\n{annex}\n</details>" if annex else ""
        return panel(f"{main}\n{more}")


class PaperForm(Form):
    """Writes the memo of the open case to ``my_work/papers``."""

    title = "Write the memo of your case as one html file, PDF or Word. Run this cell to write it."

    def still(self) -> str:
        """Return the formats, as html."""
        items = "".join(f"<li>{escape(words)}</li>" for words in FORMATS.values())
        return f"<p><strong>The memo of your case</strong></p><ul>{items}</ul><p>{RUN} write it.</p>"

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        cases, said = my_cases(), widgets.HTML()

        def written(ending):
            case = cases.current()
            if case is None:
                raise ValueError(NO_CASE)
            folder = papers_folder()
            path = folder / f"{case.slug}-memo.{ending}"
            # The memo of before is made from the same case: it can be made again at any time.
            notice = write(memo(case), path, force=True)
            draft = "" if case.decision else " It is a draft: nothing was decided yet."
            told = f"Written: {folder.parent.name}/{folder.name}/{path.name}.{draft}"
            return f"{told} {notice}".strip()

        def show(text, kind="unread"):
            said.value = status(with_notice(text, cases), kind)

        buttons = []
        for ending, words in FORMATS.items():
            button = widgets.Button(
                description=words, tooltip=f"Write the memo of your case as {words}", layout=BUTTON
            )
            button.on_click(lambda _button, ending=ending: show(*attempt(lambda: written(ending))))
            buttons.append(button)
        case = cases.current()
        show(f"The memo of “{case.title}”: choose how to write it." if case else NO_CASE)
        return widgets.VBox([widgets.HBox(buttons, layout={"flex_flow": "row wrap"}), said])


def show_memo(case: Case | None, made_on: str | None = None) -> ShownMemo:
    """Return the decision memo of a case to be read in the notebook."""
    return ShownMemo(case, made_on)


def write_memo() -> PaperForm:
    """Return the form that writes the memo of the open case to files."""
    return PaperForm()
