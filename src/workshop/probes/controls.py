"""Declared controls of a probe: what can be chosen, in which words, and the ipywidget that chooses it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from workshop.probes.svg import BLUE

LONGEST = 300  # letters of a typed sentence


NONE = object()  # in a widget, for an option that is None


@dataclass(frozen=True)
class Control:
    """Something a trainee can choose.

    Attributes
    ----------
    name : str
        Name of the view's parameter.
    label : str
        Shown above the control.
    options : tuple
        Everything that can be chosen.
    value : object
        What is chosen first; one of `options`.
    words : callable
        From a value to the words shown for it.
    sets : mapping, optional
        From a value to the values that other controls take when it is chosen.
    shown_if : tuple of (str, object), optional
        Another control and the value it must have for this one to be shown.
    folded : bool, default False
        Whether it is only shown once somebody asks for more settings, so that the others and the figure are seen
        together.

    Raises
    ------
    ValueError
        If there is nothing to choose, or the first choice is none of the options.
    """

    name: str
    label: str
    options: tuple
    value: object
    words: Callable = str
    sets: Mapping | None = None
    shown_if: tuple | None = None
    folded: bool = False

    def __post_init__(self):
        if not self.options:
            raise ValueError(f"There is nothing to choose for “{self.label}”; give at least one value.")
        self.check(self.value)

    def check(self, value):
        """Return the value of this control that equals `value`, or raise a ValueError that says what there is."""
        for known in self.options:
            if isinstance(value, bool) == isinstance(known, bool) and value == known:
                return known
        first, last = self.words(self.options[0]), self.words(self.options[-1])
        raise ValueError(
            f"“{self.label}” cannot be {value!r}; choose one of its {len(self.options)} values, "
            f"from “{first}” to “{last}”."
        )

    def pairs(self):
        """Return the choices as ipywidgets wants them: words and value."""
        return [(self.words(value), self.to_widget(value)) for value in self.options]

    @staticmethod
    def to_widget(value):
        """Return an option as a widget holds it: to ipywidgets None means that nothing is chosen."""
        return NONE if value is None else value

    @staticmethod
    def from_widget(value):
        """Return the option that a widget's value stands for."""
        return None if value is NONE else value

    def boxed(self, choice):
        """Return an ipywidget under its label."""
        import ipywidgets

        label = ipywidgets.HTML(f'<b style="font-size:14px">{escape(self.label)}</b>')
        return ipywidgets.VBox([label, choice], layout=_full_width())


class Slider(Control):
    """A control for values in an order."""

    def widget(self):
        """Return the ipywidget that chooses, and what to show for it."""
        import ipywidgets

        choice = ipywidgets.SelectionSlider(
            options=self.pairs(),
            value=self.to_widget(self.value),
            tooltip=self.label,
            layout=_full_width(),
            style={"handle_color": BLUE.fill},
        )
        return choice, self.boxed(choice)


class Choice(Control):
    """A control for values without an order."""

    def widget(self):
        """Return the ipywidget that chooses, and what to show for it."""
        import ipywidgets

        choice = ipywidgets.Dropdown(
            options=self.pairs(), value=self.to_widget(self.value), tooltip=self.label, layout=_full_width()
        )
        return choice, self.boxed(choice)


class Toggle(Control):
    """A control for yes or no."""

    def widget(self):
        """Return the ipywidget that chooses, and what to show for it."""
        import ipywidgets

        choice = ipywidgets.Checkbox(
            description=self.label, value=self.value, indent=False, layout=_full_width()
        )
        return choice, choice


class Text(Control):
    """A control for words that are typed; its options are the texts that stand ready."""

    def check(self, value):
        """Return the text, or raise a ValueError that says why it cannot be used."""
        if not isinstance(value, str):
            raise ValueError(
                f"“{self.label}” must be text, but it is {type(value).__name__}; type a sentence."
            )
        if len(value) > LONGEST:
            raise ValueError(
                f"The text has {len(value):,} letters; at most {LONGEST:,} fit here. Shorten it."
            )
        return value

    def widget(self):
        """Return the ipywidget that is typed into, and what to show for it."""
        import ipywidgets

        field = ipywidgets.Textarea(value=self.value, rows=2, tooltip=self.label, layout=_full_width())
        field.add_class("workshop-typed")
        return field, self.boxed(field)


def _full_width():
    # With "100%" the margins of ipywidgets would push the right edge out of sight; "auto" fills what is left.
    return {"width": "auto", "max_width": "800px"}


def steps(low, high, step=1):
    """Return the values from `low` to `high`, both included, as plain numbers free of binary rounding dust.

    Raises
    ------
    ValueError
        If a number is not finite, the step is not above 0, or `high` is below `low`.
    """
    if not np.isfinite([low, high, step]).all() or step <= 0 or high < low:
        raise ValueError(
            f"Cannot go from {low} to {high} in steps of {step}; give low, high and a step above 0."
        )
    places = np.arange(int(np.floor((high - low) / step + 1e-9)) + 1)
    return tuple(float(f"{low + place * step:.12g}") for place in places)
