"""What a WSGI server and the flask command load."""

from shop.app import create_app
from shop.cli import register

app = create_app()
register(app)
