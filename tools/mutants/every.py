"""Every mutant there is."""

from tools.mutants.data import DATA
from tools.mutants.disclosure import DISCLOSURE
from tools.mutants.door import DOOR
from tools.mutants.faults import FAULTS
from tools.mutants.input import INPUT
from tools.mutants.look_reason import LOOK_REASON
from tools.mutants.proxies import PROXIES
from tools.mutants.refused import REFUSED
from tools.mutants.scope import SCOPE
from tools.mutants.sources import SOURCES

MUTANTS = (*DOOR, *PROXIES, *INPUT, *SCOPE, *REFUSED, *LOOK_REASON, *DATA, *DISCLOSURE, *SOURCES, *FAULTS)
