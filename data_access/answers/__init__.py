"""Answers of the reader port, one module a page: cubes and scope in, view data out."""
