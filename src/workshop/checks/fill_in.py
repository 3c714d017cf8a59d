"""What every form that is filled in is made of, in the notebook and as still html where no kernel runs."""

from collections.abc import Callable
from html import escape

from .style import BOX, COLOURS

RUN = "Run this cell to"
NATURAL = {"description_width": "initial"}
BUTTON = {"width": "auto", "align_self": "flex-start"}


class Form:
    """Something to fill in. Its widgets are made when it is shown."""

    title = ""

    def widget(self):
        """Return the form as one ipywidget."""
        raise NotImplementedError

    def still(self) -> str:
        """Return what a reader without a kernel sees, as html."""
        raise NotImplementedError

    def __repr__(self):
        return self.title

    def _repr_html_(self):
        return box(self.still())

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            **self.widget()._repr_mimebundle_(),
            "text/html": self._repr_html_(),
            "text/plain": repr(self),
        }


def box(content: str, kind: str = "unread") -> str:
    """Return html in a frame; `kind` is "right", "wrong" or "unread"."""
    return f'<div style="{BOX}border-left-color:{COLOURS[kind]}">{content}</div>'


def status(said: str, kind: str = "unread") -> str:
    """Return a line that a screen reader says when it changes."""
    return f'<div role="status" aria-live="polite">{box(f"<p>{escape(said)}</p>", kind)}</div>'


def wide() -> dict:
    """Return the layout of a field."""
    return {"width": "auto", "max_width": "46em"}


def attempt(step: Callable[[], str]) -> tuple[str, str]:
    """Return what a step says and how it is marked; a refusal is told, never raised: a button must answer."""
    try:
        return step(), "right"
    except ValueError as refusal:
        return str(refusal), "wrong"
    except Exception as error:
        return f"That did not work ({type(error).__name__}: {error}). Run the cell again.", "wrong"
