"""Safeguards of sign-in by a proxy: the samples of deploy/apache, and what the application does with its word."""

from tools.mutants.mutant import Mutant

_SITE, _OPENIDC = "deploy/apache/cspdash.conf", "deploy/apache/openidc.conf"
_TESTS = "tests/sso/test_proxy_openidc.py"
_STAYS_OUT = (f"{_TESTS}::test_what_a_browser_says_of_itself_stays_outside",)
_REACHES_NOTHING = (f"{_TESTS}::test_who_did_not_sign_in_reaches_nothing",)
_SIGNING_OUT = (f"{_TESTS}::test_signing_out_ends_both",)
_NO_OTHER_SITE = (f"{_TESTS}::test_signing_out_leads_to_no_other_site",)

PROXIES = (
    Mutant(
        "another spelling of the name that a proxy gives is left in",
        _SITE,
        "  RequestHeader unset X_Remote_User early\n",
        "",
        _STAYS_OUT,
    ),
    Mutant(
        "what a browser calls itself in CGI's words is left in",
        _SITE,
        "  RequestHeader unset REMOTE_USER early\n",
        "",
        _STAYS_OUT,
    ),
    Mutant("claims and tokens reach the application", _OPENIDC, "OIDCPassClaimsAs none\n", "", _STAYS_OUT),
    Mutant(
        "the cookie of the proxy's session reaches the application",
        _OPENIDC,
        "OIDCStripCookies __Host-proxy\n",
        "",
        _STAYS_OUT,
    ),
    Mutant(
        "strangers reach the application",
        _OPENIDC,
        "  Require valid-user\n",
        "  Require all granted\n  OIDCUnAuthAction pass\n",
        _REACHES_NOTHING,
    ),
    Mutant(
        "what a page asks for by itself leads to the provider",
        _OPENIDC,
        "%{REQUEST_METHOD} != 'GET' || ",
        "",
        _REACHES_NOTHING,
    ),
    Mutant(
        "whatever begins like the goodbye is open",
        _OPENIDC,
        '<LocationMatch "^/signed-out$">',
        '<LocationMatch "^/signed-out">',
        _REACHES_NOTHING,
    ),
    Mutant(
        "signing out leaves the proxy's session open",
        "cspdash/auth/proxy.py",
        "        return door.leave(proxy_sign_out)\n",
        '        return door.leave("")\n',
        _SIGNING_OUT,
    ),
    Mutant(
        "another site signs people out",
        _OPENIDC,
        'RewriteCond "%{HTTP:Sec-Fetch-Site}" "=cross-site"\n',
        'RewriteCond "%{HTTP:Sec-Fetch-Site}" "=never"\n',
        _NO_OTHER_SITE,
    ),
    Mutant(
        "signing out leads anywhere",
        _OPENIDC,
        "OIDCRedirectURLsAllowed ^https://scorecards\\.force\\.example/\n",
        "OIDCRedirectURLsAllowed .\n",
        _NO_OTHER_SITE,
    ),
    Mutant(
        "what is sent behind an answer is taken for the next one",
        _OPENIDC,
        'SetEnvIf Request_URI "^/sign-in/callback" nokeepalive\n',
        "",
        (f"{_TESTS}::test_an_answer_nobody_asked_for_lets_nobody_in",),
    ),
    Mutant(
        "everything the module can do stands open at the callback",
        _OPENIDC,
        'RewriteCond "%{QUERY_STRING}" "!(^|&)(code|error|logout)="\n',
        'RewriteCond "%{QUERY_STRING}" "=never"\n',
        (f"{_TESTS}::test_an_answer_nobody_asked_for_lets_nobody_in",),
    ),
)
