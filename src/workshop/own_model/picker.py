"""The audit of one's own table in a notebook: pick a file, say which columns are which, look."""

import io
from html import escape

from workshop.checks.fill_in import NATURAL, Form, status, wide
from workshop.datasets.own import column_names, read_scores
from workshop.documents import one_line
from workshop.own_model.report import LIMITS, audit_scores
from workshop.probes.html import bullets, paragraph, table
from workshop.probes.html import panel as html_panel

LARGEST = 8  # megabytes that a browser hands to a kernel without trouble
_ROLES = (
    ("outcome", "What really happened (yes or no)"),
    ("score", "The score"),
    ("group", "The group"),
)
_USUAL = {
    "outcome": ("outcome", "y", "y_true", "label", "target", "truth"),
    "score": ("score", "s", "y_score", "probability", "risk", "prediction"),
    "group": ("group", "g", "sex", "gender", "race", "ethnicity", "age_group", "region"),
}


class AuditForm(Form):
    """A form in a notebook that audits a table of one's own; made by `audit_file`.

    Attributes
    ----------
    audit : OwnAudit or None
        The last audit.
    """

    title = "A form: pick a table, choose its columns, press “Audit”. Run this cell to use it."

    def __init__(self):
        self.audit = None
        self._source = None
        self._widget = None

    def still(self):
        """Return what the form does, as html."""
        return f"<p>{escape(self.title)}</p>"

    def widget(self):
        """Return the form as one ipywidget, made at the first call."""
        if self._widget is None:
            self._widget = self._made()
        return self._widget

    def pick(self, source):
        """Take a file: a path, or the content as bytes; its columns can then be chosen.

        Parameters
        ----------
        source : path or bytes
        """
        self.widget()
        self._source = io.BytesIO(source) if isinstance(source, bytes | memoryview) else source
        try:
            columns = column_names(self._source)
        except ValueError as error:
            self._columns.layout.display = "none"
            self._say(str(error))
            return
        for role, choice in self.choices.items():
            choice.options = columns
            folded = {column.strip().lower(): column for column in reversed(columns)}
            choice.value = next((folded[name] for name in _USUAL[role] if name in folded), None)
        self._columns.layout.display = ""
        self._say(f"{len(columns)} columns were found. Say which is which, then press “Audit”.", "unread")

    def run(self):
        """Audit the file with the columns chosen."""
        chosen = {role: choice.value for role, choice in self.choices.items()}
        self.result.children = ()
        if self._source is None:
            self._say("Pick a file first.")
            return
        if None in chosen.values():
            self._say("Choose a column for the outcome, the score and the group.")
            return
        try:
            scores = read_scores(self._source, **chosen, positive=self.positive.value.strip() or None)
            self.audit = audit_scores(scores, tuple(chosen.values()))
        except ValueError as error:
            self._say(str(error))
            return
        self._say(f"{scores.rows:,} rows were audited. The picture and the table are below.", "right")
        self.result.children = tuple(self._shown())

    def _shown(self):
        import ipywidgets

        audit = self.audit
        notes = bullets([*audit.findings, audit.chosen, *audit.scores.notes])
        limits = f"{paragraph('What these numbers can’t say', 'sentence')}\n{bullets(LIMITS)}"
        numbers = audit.table()
        shown = table(numbers.caption, numbers.columns, numbers.rows)
        yield audit.probe.widget()
        yield ipywidgets.HTML(html_panel(f"{notes}\n{shown}\n{limits}", style=""), layout={"width": "auto"})

    def _say(self, sentence, kind="wrong"):
        self.status.value = status(one_line(sentence), kind)

    def _made(self):
        import ipywidgets

        upload = ipywidgets.FileUpload(
            accept=".csv,.tsv,.txt,.parquet",
            multiple=False,
            description="Pick a table",
            tooltip="Pick a CSV or parquet file",
            layout={"width": "200px"},
        )
        name = ipywidgets.Text(
            description="Or a larger file:",
            placeholder="its name, then Enter",
            layout=wide(),
            style=NATURAL,
        )
        self.upload, self.name = upload, name
        self.choices = {
            role: ipywidgets.Dropdown(options=(), tooltip=label, layout=wide()) for role, label in _ROLES
        }
        self.positive = ipywidgets.Text(tooltip="The outcome that means yes", layout=wide())
        button = ipywidgets.Button(description="Audit", button_style="primary")
        self.status = ipywidgets.HTML()
        self.result = ipywidgets.VBox()
        labelled = [
            ipywidgets.VBox([ipywidgets.HTML(f"<b>{escape(label)}</b>"), self.choices[role]])
            for role, label in _ROLES
        ]
        means = ipywidgets.HTML("<b>Means yes</b> (only if the outcome isn't 1/0, true/false or yes/no)")
        self._columns = ipywidgets.VBox(
            [*labelled, ipywidgets.VBox([means, self.positive]), button], layout={"display": "none"}
        )
        upload.observe(self._uploaded, "value")
        name.continuous_update = False
        name.observe(lambda change: change["new"].strip() and self.pick(change["new"].strip()), "value")
        button.on_click(lambda _: self.run())
        about = ipywidgets.HTML(
            "One row for each person. The file stays in this notebook's kernel on your machine and is not kept. "
            f"Over {LARGEST} MB, type its name instead."
        )
        self._say("Pick a CSV or parquet file.", "unread")
        return ipywidgets.VBox([about, upload, name, self.status, self._columns, self.result])

    def _uploaded(self, change):
        if change["new"]:
            self.pick(bytes(change["new"][0]["content"]))


def audit_file():
    """Return a form that audits a table of one's own, in a notebook.

    The file is read by the kernel on the same machine and kept in memory only; nothing is sent elsewhere.

    Returns
    -------
    AuditForm
    """
    return AuditForm()
