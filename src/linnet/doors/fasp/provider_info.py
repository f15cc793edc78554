"""What we are and can do, for a server's administrator."""

from __future__ import annotations

from typing import Any

from linnet.doors.fasp.access import NotHere
from linnet.workspace import Workspace

CAPABILITIES = {"data_sharing": "0.1", "account_search": "0.1", "trends": "0.1"}


def provider_info(workspace: Workspace) -> dict[str, Any]:
    return {
        "name": provider_name(workspace),
        "privacyPolicy": [],
        "capabilities": [{"id": name, "version": version} for name, version in CAPABILITIES.items()],
    }


def provider_name(workspace: Workspace) -> str:
    return f"Linnet: {workspace.settings().get('name', workspace.root.name)}"


def capability_named(name: str, version: str) -> str:
    """The capability as it is kept. Only the major version counts. Raises NotHere for one that we do not have."""
    major = version.removeprefix("v").partition(".")[0]
    if name not in CAPABILITIES or major != CAPABILITIES[name].partition(".")[0]:
        raise NotHere(
            f"there is no capability {name[:40]} {version[:10]}; GET /provider_info names those there are"
        )
    return name
