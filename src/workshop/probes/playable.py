"""A probe that moves without a kernel: every position of one slider, ready-made in one piece of html."""

import json
from html import escape

from workshop.probes.html import folded, main_part, panel

# It finds its own probe through the script element, so that several play on one page. Keys that move the slider are
# kept from the page: a deck would turn the slide. A table that was opened stays open, only its content changes.
_SCRIPT = """(function () {
  var root = document.currentScript.closest(".workshop-playable");
  var data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  var slider = root.querySelector("input"), shown = root.querySelector("output");
  var parts = root.querySelectorAll(".workshop-part");
  function join(pieces) { return pieces.map(function (place) { return data.pieces[place]; }).join("\\n"); }
  function draw() {
    var position = data.positions[slider.value];
    shown.textContent = position.words;
    slider.setAttribute("aria-valuetext", position.words);
    position.parts.forEach(function (pieces, place) { parts[place].innerHTML = join(pieces); });
  }
  slider.addEventListener("input", draw);
  slider.addEventListener("keydown", function (event) {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) { event.stopPropagation(); }
  });
  if (slider.value !== slider.getAttribute("value")) { draw(); }
})();"""


def playable(control, pictures, caption):
    """Return html that shows one position and can move to all others.

    Lines that several positions share are stored once.

    Parameters
    ----------
    control : Control
    pictures : sequence of Picture
        One for each value of the control, in their order.
    caption : str

    Returns
    -------
    str
    """
    contents = [(main_part(picture, caption), picture.table) for picture in pictures]
    first = control.options.index(control.value)
    words = [control.words(value) for value in control.options]
    data = json.dumps(_shared(words, contents), ensure_ascii=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c")  # no text in it can end the script element
    main, numbers = contents[first]
    shown = escape(words[first])
    opened_on_demand = folded(f'<div class="workshop-part">{numbers}</div>')
    return panel(
        f'<div class="workshop-playable" data-prevent-swipe="">\n'
        f"<label>{escape(control.label)}: <output>{shown}</output>\n"
        f'<input type="range" min="0" max="{len(words) - 1}" step="1" value="{first}" autocomplete="off" '
        f'aria-valuetext="{shown}"/></label>\n'
        f'<div class="workshop-part">{main}</div>\n'
        f"{opened_on_demand}\n"
        f'<script type="application/json">{data}</script>\n<script>{_SCRIPT}</script>\n</div>'
    )


def _shared(words, contents):
    """Return the positions as numbers of their lines, and the lines."""
    places = {}

    def pieces(content):
        return [places.setdefault(piece, len(places)) for piece in content.split("\n")]

    positions = [
        {"words": said, "parts": [pieces(content) for content in parts]}
        for said, parts in zip(words, contents, strict=True)
    ]
    return {"pieces": list(places), "positions": positions}
