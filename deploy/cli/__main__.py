"""`python -m deploy.cli` is the `prm` command."""

from deploy.cli.main import run

run()
