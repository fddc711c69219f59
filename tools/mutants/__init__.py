"""Every safeguard taken out in turn, and the test that must notice. A test that stays green does not count."""
