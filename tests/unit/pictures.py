"""What the tests of all probes read from a picture."""

import xml.etree.ElementTree as ET

from workshop.probes import html, svg

SVG = "{http://www.w3.org/2000/svg}"


def tree(view):
    """Return a view as a tree; it must be well formed."""
    return ET.fromstring(view.replace(html.STYLE, ""))


def sentence(root):
    """Return the sentence of a view."""
    return root.find(".//p[@class='workshop-sentence']").text


def drawing(root):
    """Return the picture of a view; it must have a title and a description."""
    picture = root.find(f".//{SVG}svg")
    assert picture.get("role") == "img"
    assert [part.tag for part in picture[:2]] == [f"{SVG}title", f"{SVG}desc"]
    return picture


def cells(root):
    """Return the texts of the table's body, row by row."""
    return [["".join(cell.itertext()) for cell in row] for row in root.findall(".//tbody/tr")]


def box(text):
    """Return where a text is about to stand: left, right, top, bottom."""
    size = float(text.get("font-size"))
    wide = svg.text_width("".join(text.itertext()), size, text.get("font-weight") == "700")
    anchor = {"start": 0, "middle": wide / 2, "end": wide}[text.get("text-anchor", "start")]
    left, y = float(text.get("x")) - anchor, float(text.get("y"))
    return left, left + wide, y - size * 0.75, y + size * 0.2


def check_texts(picture):
    """No text is tiny or cut by the picture's edge, and none lies on another."""
    texts = list(picture.iter(f"{SVG}text"))
    assert all(float(text.get("font-size")) >= svg.SMALL for text in texts)
    boxes, height = [box(text) for text in texts], float(picture.get("viewBox").split()[3])
    for place, (left, right, top, bottom) in enumerate(boxes):
        assert -8 <= left <= right <= svg.WIDTH + 8
        assert 0 <= top <= bottom <= height
        for other in boxes[place + 1 :]:
            apart = right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top
            assert apart, (boxes[place], other)
