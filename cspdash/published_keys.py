"""Signing keys that stand in manuals and default configurations: whoever reads those could forge what they sign."""

import re

# Defaults and examples of Superset, Redash, Airflow, Grafana, Flask, Django, Metabase-like tutorials, and what people type.
PUBLISHED = (
    "changeme",
    "thisismyscretkey",
    "thisismyscretkeyeyyh",
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "thisISaSECRET_1234",
    "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY",
    "TEST_NON_DEV_SECRET",
    "c292a0a3aa32397cdb050e233733900f",
    "temporary_key",
    "SW2YcwTIb9zpOOhoPsMm",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    '_5#y2L"F4Q8z\\n\\xec]/',
    "django-insecure",
    "you-will-never-guess",
    "super-secret",
    "supersecret",
    "secret_key",
    "dev",
    "secret",
    "password",
)
_WHOLE = 20  # letters and digits from which on a published key counts wherever it stands in a longer one


def is_published(key: str) -> bool:
    """Whether the key is a published one: spelt otherwise, repeated, or a long one with something added."""
    plain = _plain(key)
    return any(_is_made_of(plain, _plain(known)) for known in PUBLISHED)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _is_made_of(key: str, known: str) -> bool:
    if len(known) >= _WHOLE or known.startswith("djangoinsecure"):
        return known in key
    return not key.replace(known, "").strip("0123456789")
