"""Colours, marks and words of feedback: each state has all three, so that none is told by colour alone."""

BOX = (
    "margin:4px 0;padding:2px 12px;max-width:46em;background:#fff;color:#1b1b1b;"
    "border:1px solid #767676;border-left:6px solid;"
)
COLOURS = {"right": "#00674f", "wrong": "#8f3a00", "unread": "#44546a"}
MARKS = {"right": "✔", "wrong": "➜", "unread": "○"}
SIGNALS = {"right": "Right.", "wrong": "Not yet.", "unread": "Not counted as a try."}
STATES = {"right": "right", "wrong": "tried, not right yet", "unread": "not tried yet"}
WRAPPED = "workshop-options"  # class of an answer field whose long labels break into lines, at any width
WRAP_STYLE = (
    f"<style>.{WRAPPED} label, .{WRAPPED} .widget-label-basic, .{WRAPPED} .widget-checkbox"
    "{white-space:normal;height:auto;line-height:1.4;margin-bottom:4px}"
    # Circle or box, then the words as a column of their own; a radio button comes after its words in the page.
    f".{WRAPPED} .widget-radio-box label, .{WRAPPED} label.widget-label-basic{{display:flex;align-items:flex-start}}"
    f".{WRAPPED} .widget-radio-box label{{flex-direction:row-reverse;justify-content:flex-end}}"
    f".{WRAPPED} input[type=radio], .{WRAPPED} input[type=checkbox]"
    "{flex:none;align-self:flex-start;height:1.4em;font-size:inherit;margin-top:0}</style>"
)
