"""What the tests of all probes read from a picture."""

import xml.etree.ElementTree as ET

from workshop.probes import html

SVG = "{http://www.w3.org/2000/svg}"


def tree(view):
    """Return a view as a tree; it must be well formed."""
    return ET.fromstring(view.replace(html.STYLE, ""))


def sentence(root):
    """Return the sentence of a view."""
    return root.find(".//p[@class='workshop-sentence']").text
