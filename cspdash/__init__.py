"""Live scorecards for policing supervisors: the words of policing performance and the two doors to them."""

__version__ = "0.1.0"
