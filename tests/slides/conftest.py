import pytest
from sample_notebook import sample

from workshop.build import slides

# Goes through the slides with all fragments shown, and through every position of their sliders. A slide runs over
# if its content is larger than its place, or if something inside hides a part of itself; boxes of a pixel are words
# meant for screen readers only.
FIND_OVERFLOW = """() => {
  const larger = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
  const hides = (box) => box instanceof HTMLElement && !(box instanceof HTMLInputElement) && box.clientWidth > 1
    && getComputedStyle(box).overflow !== "visible";
  const runsOver = (content) => larger(content)
    || [...content.querySelectorAll("*")].some((box) => hides(box) && larger(box));
  const found = [];
  for (const slide of Reveal.getSlides()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    const content = slide.querySelector(".content");
    const name = slide.getAttribute("aria-label");
    if (runsOver(content)) found.push(name);
    for (const slider of content.querySelectorAll("input[type=range]")) {
      for (let value = Number(slider.min); value <= Number(slider.max); value += Number(slider.step) || 1) {
        slider.value = value;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        if (runsOver(content)) found.push(`${name} (slider at ${value})`);
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="session")
def deck(tmp_path_factory):
    """Return the path of the sample's deck."""
    return slides.export(sample(), tmp_path_factory.mktemp("deck") / "sample.html")


@pytest.fixture(scope="session")
def overflowing(chromium):
    """Return a function that names the slides of a deck, given its path, whose content runs over."""

    def find(path):
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        try:
            page.goto(path.resolve().as_uri())
            page.wait_for_selector(".reveal.ready")
            return page.evaluate(FIND_OVERFLOW)
        finally:
            page.close()

    return find
