"""OpenVINO without its usage reports.

`import openvino` starts `openvino_telemetry`, which sends events over the network unless the person has opted
out, and forks a process for each. Linnet sends nothing anywhere, so the reporter is made unimportable first:
OpenVINO then uses the stub that it ships for installations without it.
"""

from __future__ import annotations

import sys
from typing import Any


def import_openvino() -> Any:
    """The openvino module. Import it through here, never directly."""
    if "openvino" not in sys.modules:
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
