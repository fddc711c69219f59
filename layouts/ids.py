"""Every component id, so that a layout and a callback cannot disagree on one."""

URL = "url"  # dcc.Location
MAIN = "main"  # the page itself
SIDE = "side"  # list of families with headlines
FRESHNESS = "freshness"  # as-at pills in the top bar
CRUMBS = "crumbs"
ANNOUNCE = "announce"  # aria-live region
SEARCH = "search"
SEARCH_HITS = "search-hits"
VERSION = "data-version"  # dcc.Store: what the page was drawn from (cspdash.domain.ports.Live.state)
MOVED = "moved"  # dcc.Store: set by assets/js/live.js when that is no longer so
LOOK_REASON = "look-reason"  # dcc.Store: why somebody looks outside their own team (assets/js/actions.js)
BARS = "bars"  # the page's dcc.Graph
MONTHS = "months"
PLAN_FORM = "plan-form"
PLAN_STATE = "plan-state"  # dcc.Store: plan id, revision, officer, metric, period, frozen baseline
PLAN_SAVE = "plan-save"
PLAN_DRAFT = "plan-draft"
PLAN_ERRORS = "plan-errors"
PLAN_TYPED = "plan-typed"  # dcc.Store: something was typed and is not kept yet (assets/js/forms.js)
PLAN_KEPT = "plan-kept"  # when what was typed was last kept
PLAN_AFRESH = "plan-afresh"  # forgets what was kept
PLAN_FIELDS = (
    "plan-specific",
    "plan-target-direction",
    "plan-target-value",
    "plan-support",
    "plan-relevant",
    "plan-due-on",
    "plan-review-on",
    "plan-officer-comment",
    "plan-status",
    "plan-result",
    "plan-closed-reason",
)
SOURCE_CHOICE = "source-choice"
SOURCE_TRY = "source-try"
SOURCE_AGAIN = "source-again"
SOURCE_SAID = "source-said"
ADMIN_FORM = "admin-form"
ADMIN_STATE = "admin-state"  # dcc.Store: what the form is about, sealed
ADMIN_DO = "admin-do"
ADMIN_OTHER = "admin-other"
ADMIN_ERRORS = "admin-errors"
ADMIN_FIELDS = ("admin-role", "admin-unit", "admin-officer", "admin-starts-on", "admin-ends-on", "admin-reason")
LOOK_STOP = "look-stop"
EXPORT = "export"  # the dialog
EXPORT_FORM = "export-form"
EXPORT_REASON = "export-reason"
EXPORT_RECIPIENT = "export-recipient"
EXPORT_GO = "export-go"
EXPORT_ERRORS = "export-errors"
EXPORT_FILE = "export-file"  # dcc.Download
DIALOG = "shortcuts"  # the "?" sheet
SESSION_END = "session-end"  # the dialog before a session ends
