"""For whoever starts gunicorn themselves: gunicorn -c deploy/gunicorn.conf.py "cspdash.app:wsgi()"

`cspdash serve` needs no such file. Numbers come from the deployment's settings (CSPDASH_HOME), so that both serve alike.
"""

import os

from cspdash.commands import listening, unix_socket
from cspdash.commands.gunicorn_options import gunicorn_options
from cspdash.settings import Settings

_settings = Settings.load()
_listen = unix_socket if _settings.socket is not None else listening
# gunicorn reads every name of this module that is one of its settings.
globals().update(gunicorn_options(_settings, int(os.environ.get("WEB_CONCURRENCY", "2"))))
globals().update(_listen.options(_settings))
