"""A notebook with one of everything a lesson may hold, and the cells it is made from."""

import base64
import io

from nbformat import v4
from PIL import Image

PLAYABLE = """
<figure class="probe">
<label for="threshold">Threshold</label> <input type="range" id="threshold" min="1" max="10" value="5">
<output for="threshold">5</output>
<svg role="img" viewBox="0 0 640 360" xmlns="http://www.w3.org/2000/svg" aria-labelledby="flagged">
<title id="flagged">People flagged in two groups</title>
<rect width="640" height="360" fill="#eef2f8"/><rect id="bar" x="60" y="80" width="250" height="80" fill="#0a4a8f"/>
<rect x="60" y="200" width="150" height="80" fill="none" stroke="#b4480f" stroke-width="6" stroke-dasharray="12 6"/>
<text x="60" y="60" font-size="20">Flagged people who did not re-offend</text></svg>
<p id="sentence">At 5 of 10, 45 of 100 are flagged.</p>
<script>
document.getElementById("threshold").addEventListener("input", (event) => {
  const value = event.target.value;
  event.target.nextElementSibling.textContent = value;
  document.getElementById("sentence").textContent = `At ${value} of 10, ${90 - 9 * value} of 100 are flagged.`;
  document.getElementById("bar").setAttribute("width", 50 * (11 - value));
});
</script></figure>
"""
TABLE = """<table><caption>People in the data</caption>
<thead><tr><th>group</th><th>people</th><th>flagged</th></tr></thead>
<tbody><tr><th>African-American</th><td>3,696</td><td>59%</td></tr><tr><th>Caucasian</th><td>2,454</td><td>35%</td></tr>
</tbody></table>"""


def png(width=640, height=480):
    """Return a small picture as base64 text, as a notebook's output holds it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#0a4a8f").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")


def text(source, kind="-", tags=()):
    return v4.new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}, "tags": list(tags)})


def code(
    data=None, kind="-", tags=(), metadata=None, source="audit.group_rates(outcome, decision)", streams=()
):
    outputs = [v4.new_output("stream", name=name, text=words) for name, words in streams]
    if data:
        outputs.append(v4.new_output("display_data", data=data, metadata=metadata or {}))
    return v4.new_code_cell(
        source, outputs=outputs, metadata={"slideshow": {"slide_type": kind}, "tags": list(tags)}
    )


def sample():
    """Return a notebook with one of everything a lesson may hold: nine slides."""
    return v4.new_notebook(
        cells=[
            text("Say hello before anything else.", tags=["notes"]),
            text("# Responsible AI & policing\n\nWhat a score does to people", "slide"),
            code(source="import workshop", streams=[("stderr", "a warning nobody needs")]),
            text(
                "## What you will learn\n\n- read a **confusion matrix**\n- name who is harmed\n- ask why",
                "slide",
            ),
            text("Thirty seconds. Let them *read*.", "notes"),
            text("Then ask them.", "fragment"),
            text("## The numbers behind it", "slide"),
            text(
                "The share is $\\frac{FP}{FP + TN}$. It costs $300,000 to $500,000; \\$5 is `$x$` money.\n\n"
                "$$\\text{FPR} = \\frac{FP}{FP + TN}$$"
            ),
            text("## How the rates are made", "subslide"),
            code({"text/html": TABLE, "text/plain": "a table"}, tags=["show-code"]),
            text("## Move the threshold", "slide"),
            code({"text/html": PLAYABLE, "text/plain": "Probe()"}, streams=[("stdout", "printed words")]),
            text("Ask: who pays for this?", tags=["notes"]),
            text("## A still figure of the scores", "slide"),
            code(
                {"image/png": png(), "text/plain": "<Figure>"},
                metadata={"image/png": {"alt": 'Scores of two groups, "low" to <high>'}},
            ),
            text("A caption below it says what to see: the bars of the two groups differ."),
            text("## Nobody sees this slide", "skip"),
            text(
                "## A question with a long title that needs to be read at once by everybody in the whole room\n\n"
                "> Would you release this person?\n>\n> Think first.",
                "slide",
            ),
            text(
                "See [the report](https://example.org/report) and [the exercise](../exercises/01.ipynb).", "-"
            ),
            text("## More", "slide"),
            code({"text/plain": "FPR < 0.5"}),
            text(
                "## What to remember\n\n1. An error has a *victim*.\n2. Not everything can be equal.", "slide"
            ),
        ]
    )
