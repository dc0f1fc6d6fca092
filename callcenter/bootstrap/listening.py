"""Opens the socket on which the panels and the interface are served; several processes may share one."""

import os
import socket

from callcenter.kit.config import CoreSettings
from callcenter.supervision.command import StartError

LISTENER_VARIABLE = "CALLCENTER_LISTEN_FD"
"""Environment variable that names the inherited socket to a web worker."""
_BACKLOG = 2048
"""Connections that wait while no worker accepts, as during a restart."""


def listen(settings: CoreSettings) -> socket.socket:
    """Returns the socket that the supervisor has opened for this process, else a new one. Raises StartError."""
    if (inherited := os.environ.pop(LISTENER_VARIABLE, None)) is not None:  # not for this process's own children
        return socket.socket(fileno=int(inherited))
    return open_listener(settings.http_host, settings.http_port)


def open_listener(host: str, port: int) -> socket.socket:
    """Opens a listening socket. Raises StartError when the address cannot be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise StartError(
            f"port {port} of {host} cannot be used ({error.strerror}): stop the program that has it, or set "
            "CALLCENTER_HTTP_HOST and CALLCENTER_HTTP_PORT to another address"
        ) from None
