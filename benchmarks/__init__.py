"""Measurements, each a ratio against a floor in the same run. Never a test: a busy machine must not fail a build."""
