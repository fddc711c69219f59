"""Administration pages: people and roles, cover, sessions, looking as somebody else."""
