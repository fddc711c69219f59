#!/usr/bin/env bash
# T-KRB: everything that `make test` does for proxy sign-in, by itself.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools/install_kerberos
exec .venv/bin/python -m pytest -q tests/sso/test_kerberos.py "$@"
