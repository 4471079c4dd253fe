"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Port = Annotated[int | None, typer.Option(help="Port to answer at. [PRM_PORT, 8080]", min=1, max=65535)]
Host = Annotated[str | None, typer.Option(help="Address to answer at. [PRM_HOST, 127.0.0.1]")]
DataDir = Annotated[Path | None, typer.Option(help="Where everything is kept. [PRM_DATA_DIR, .prm]")]
