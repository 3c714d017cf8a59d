"""The certificate by a form in the notebook, for whoever has no terminal."""

from html import escape

from workshop.documents import papers_folder, write

from .certificate import LONGEST_NAME, SELF_ATTESTED, certify, read_progress
from .fill_in import BUTTON, NATURAL, RUN, Form, attempt, status, wide

FORMATS = ("html", "pdf")


class CertificateForm(Form):
    """Writes the certificate of the trainee's progress to ``my_work/papers``."""

    title = "Your certificate, as a page and as PDF. Run this cell to write it."

    def still(self) -> str:
        """Return what it says and how far it can be trusted, as html."""
        return (
            f"<p><strong>Your certificate</strong></p><p>{escape(SELF_ATTESTED)}</p>"
            f"<p>{RUN} write it as a page and as PDF. Your name is optional.</p>"
        )

    def widget(self):
        """Return the form as one ipywidget."""
        import ipywidgets as widgets

        name = widgets.Text(
            description="Your name (optional):",
            placeholder=f"at most {LONGEST_NAME} letters",
            layout=wide(),
            style=NATURAL,
        )
        button = widgets.Button(
            description="Write my certificate",
            tooltip="Write my certificate as a page and as PDF",
            button_style="primary",
            layout=BUTTON,
        )
        said = widgets.HTML(status(SELF_ATTESTED))

        def written():
            certificate = certify(read_progress(), name.value)
            folder = papers_folder()
            # The day is in the name, so that a certificate of an earlier day stays; today's is replaced.
            paths = [folder / f"certificate-{certificate.issued_on}.{ending}" for ending in FORMATS]
            document = certificate.document()
            notices = dict.fromkeys(write(document, path, force=True) for path in paths)
            files = " and ".join(f"{folder.parent.name}/{folder.name}/{path.name}" for path in paths)
            return " ".join(filter(None, (f"Written: {files}.", *notices, SELF_ATTESTED)))

        def press(_button):
            said.value = status(*attempt(written))

        button.on_click(press)
        return widgets.VBox([name, button, said])


def write_certificate() -> CertificateForm:
    """Return the form that writes the certificate of the trainee's progress."""
    return CertificateForm()
