"""What people type, or files hold, that must never break a paper, a page or a terminal."""

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "template": "{{7*7}} ${7*7} <%= 7*7 %>",
    "latex": r"\input{/etc/passwd} $x$",
    "formula": "=cmd|'/C calc'!A0",
    "long": "W" * 10_000,
    "arabic": "مرحبا 123 بالعالم",
    "hebrew": "שלום",
    "override": "abc\u202egpj.exe\u2066\u2069",
    "emoji": "👮🏽‍♀️ ok",
    "nul": "a\x00b\x0bc\x1b[31md\x9b",
    "surrogate": "a\ud800b",
    "han": "警察 हिन्दी",
    "lines": "a\r\nb\u2028c\n\n\nd",
    "closing": "</title></style>--><!-- ]]>",
    "nothing": "",
}
