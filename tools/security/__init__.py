"""What `make security` runs, each third-party tool in an environment of its own: beside the application they would change
what it runs on."""
