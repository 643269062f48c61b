"""Ports of the loopback for the harnesses, which have this folder in their PYTHONPATH."""
import socket

HELD = []


def free_port():
    """A port that is this process's own as long as it lives, whether or not a server listens there.

    A socket holds it that doesn't listen: connections are refused until a server binds the port, too, as Linux allows where both set
    SO_REUSEADDR and one listens at most. Nobody else gets the port meanwhile, neither for a server nor as a connection's own.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    HELD.append(held)
    return held.getsockname()[1]
