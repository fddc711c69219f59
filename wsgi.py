"""What gunicorn serves: `gunicorn wsgi:server`. The deployment's folder is named by CSPDASH_HOME."""

from cspdash.app import create_app
from cspdash.settings import Settings

server = create_app(Settings.load()).server
