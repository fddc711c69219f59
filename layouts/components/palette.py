"""The colours figures are drawn in: the same as the tokens in assets/css/10-tokens.css, which a test compares."""

INK = "#17212b"
INK_2 = "#4a5866"
BAR = "#6d8db3"
BAR_QUIET = "#b9c8d9"
CONCERN = "#b3470a"
HATCH = "#8fa3ba"
SURFACE = "#ffffff"
FONT = '"Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif'
