"""What `cspdash` can be told to do: one module for each command or pair of commands, called by cspdash/cli.py."""
