"""A probe: declared controls, and a pure view from their values to accessible html."""

import os

from workshop.probes.html import AS_TABLE, MORE, STYLE, Picture, folded, main_part, panel, paragraph
from workshop.probes.playable import playable

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class Probe:
    """A picture of an audit that a trainee can move.

    It shows itself as a widget in a notebook. A reader without a kernel sees the same picture at its first position;
    with the environment variable WORKSHOP_PLAYABLE=1 (set when decks are exported) it is html whose slider moves
    by itself. Widgets are only made when the probe is shown.

    Parameters
    ----------
    title : str
        What the probe is, in one line.
    controls : sequence of Control
    draw : callable
        A pure function from the values of all controls, by name, to a `Picture`.
    caption : str, optional
        Shown under the figure.
    """

    def __init__(self, title, controls, draw, caption=""):
        self.title = title
        self.controls = tuple(controls)
        self.caption = caption
        self._draw = draw
        self._widget = None

    def __repr__(self):
        return f"{self.title} (controls: {', '.join(control.label for control in self.controls)})"

    def resolve(self, **parameters):
        """Return the value of every control: what is given, and for the rest what the probe starts with.

        Raises
        ------
        ValueError
            If there is no such control, or it has no such value.
        """
        unknown = set(parameters) - {control.name for control in self.controls}
        if unknown:
            known = ", ".join(control.name for control in self.controls)
            raise ValueError(f"There is no control {sorted(unknown)[0]!r}; the controls are {known}.")
        values = {control.name: control.value for control in self.controls}
        for control in self.controls:
            if control.name in parameters:
                parameters[control.name] = control.check(parameters[control.name])
                values.update((control.sets or {}).get(parameters[control.name], {}))
        return values | parameters

    def picture(self, **parameters):
        """Return the sentence, figure and table for these values of the controls.

        Raises
        ------
        ValueError
            As `resolve`.
        """
        return self._draw(**self.resolve(**parameters))

    def view(self, **parameters):
        """Return the accessible html for these values of the controls; the same values always give the same html.

        Raises
        ------
        ValueError
            As `resolve`.
        """
        return panel(self.content(**parameters))

    def content(self, **parameters):
        """Return the view without its panel and style.

        Raises
        ------
        ValueError
            As `resolve`.
        """
        picture: Picture = self.picture(**parameters)
        main = main_part(picture, self.caption)
        return f"{main}\n{folded(picture.table)}" if picture.table else main

    def static(self):
        """Return the html of the first position."""
        return self.view()

    def still(self):
        """Return what a reader without a kernel sees: the first position, and how to bring it to life."""
        note = paragraph("Run this cell to move the controls.", "note")
        return panel(f"{self.content()}\n{note}")

    def playable(self, control=None):
        """Return html with a native range input that moves one control through all its values, without a kernel.

        Parameters
        ----------
        control : str, optional
            Name of the control; the first one by default. The others stay as they are.

        Raises
        ------
        ValueError
            If there is no such control.
        """
        names = [each.name for each in self.controls]
        if control is not None and control not in names:
            raise ValueError(f"There is no control {control!r}; the controls are {', '.join(names)}.")
        chosen = self.controls[0 if control is None else names.index(control)]
        pictures = [self.picture(**{chosen.name: value}) for value in chosen.options]
        return playable(chosen, pictures, self.caption)

    def widget(self):
        """Return the controls and the picture as one ipywidget, made at the first call."""
        if self._widget is None:
            self._widget = bound(self)
        return self._widget

    def _repr_mimebundle_(self, include=None, exclude=None):
        if os.environ.get("WORKSHOP_PLAYABLE") == "1":
            return {"text/plain": repr(self), "text/html": self.playable()}
        shown = {"version_major": 2, "version_minor": 0, "model_id": self.widget().model_id}
        return {"text/plain": repr(self), "text/html": self.still(), WIDGET_VIEW: shown}


def bound(probe):
    """Return an ipywidget in which every move of a control draws the probe again."""
    import ipywidgets  # imported late: exports need no widgets

    made = {control.name: control.widget() for control in probe.controls}
    inputs = {name: choice for name, (choice, _) in made.items()}
    shown = ipywidgets.HTML(layout={"width": "auto"})
    # Not a fold inside the picture: it would close with every move. And a table that nobody asked for costs no time.
    as_table = ipywidgets.Checkbox(description=AS_TABLE, value=False, indent=False, layout={"width": "auto"})
    numbers = ipywidgets.HTML(layout={"width": "auto"})
    setting = []  # not empty while one control sets others, so that the picture is drawn once

    def draw():
        values = {control.name: control.from_widget(inputs[control.name].value) for control in probe.controls}
        for control in probe.controls:
            if control.shown_if:
                other, wanted = control.shown_if
                made[control.name][1].layout.display = "" if values[other] == wanted else "none"
        picture = picture_or_reason(probe, values)
        shown.value = panel(main_part(picture, probe.caption), style="")
        as_table.layout.display = "" if picture.table else "none"
        numbers.value = panel(picture.table, style="") if picture.table and as_table.value else ""

    def moved(control):
        def redraw(change):
            if setting:
                return
            setting.append(control)
            try:
                for name, value in (control.sets or {}).get(control.from_widget(change["new"]), {}).items():
                    inputs[name].value = control.to_widget(value)
            finally:
                setting.clear()
            draw()

        return redraw

    for control in probe.controls:
        inputs[control.name].observe(moved(control), "value")
    as_table.observe(lambda change: draw(), "value")
    draw()
    # Side by side where there is room, so that controls and picture are seen together.
    columns = {
        "display": "grid",
        "grid_template_columns": "repeat(auto-fit, minmax(300px, 1fr))",
        "grid_gap": "0 28px",
        "max_width": "800px",
    }
    first, more = (
        ipywidgets.Box(
            [made[control.name][1] for control in probe.controls if control.folded == folded], layout=columns
        )
        for folded in (False, True)
    )
    controls = ipywidgets.VBox([first, *unfolding(more)]) if more.children else first
    # The style once, not with every move: the browser would read it again each time.
    style = ipywidgets.HTML(STYLE, layout={"display": "none"})
    return ipywidgets.VBox([style, controls, shown, as_table, numbers])


def unfolding(more):
    """Return a tick box, and the controls that it shows; until then the keyboard skips them too."""
    import ipywidgets

    wanted = ipywidgets.Checkbox(description=MORE, value=False, indent=False, layout={"width": "auto"})

    def unfold(change):
        more.layout.display = "grid" if change["new"] else "none"

    more.layout.display = "none"
    wanted.observe(unfold, "value")
    return wanted, more


def picture_or_reason(probe, values):
    """Return the picture, or one that says why there is none: a widget must never stand still without a word."""
    try:
        return probe.picture(**values)
    except ValueError as error:
        reason = str(error)
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        reason = f"This picture could not be drawn ({told}). Choose another value or run the cell again."
    return Picture(reason, "", "", "")
