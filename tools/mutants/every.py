"""Every mutant there is."""

from tools.mutants.data import DATA
from tools.mutants.disclosure import DISCLOSURE
from tools.mutants.door import DOOR
from tools.mutants.faults import FAULTS
from tools.mutants.input import INPUT
from tools.mutants.proxies import PROXIES
from tools.mutants.refused import REFUSED
from tools.mutants.scope import SCOPE
from tools.mutants.sources import SOURCES

MUTANTS = (*DOOR, *PROXIES, *INPUT, *SCOPE, *REFUSED, *DATA, *DISCLOSURE, *SOURCES, *FAULTS)
