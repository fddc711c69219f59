"""Believable example pages for tests and for looking at: every view dataclass, people and figures invented."""
