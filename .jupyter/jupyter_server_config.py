"""What `make lab` adds to the user's own Jupyter settings, through JUPYTER_CONFIG_PATH.
tests/test_saved.py sees to it that it really is in force: of a mistake in here the server would
only warn.
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's messages leave at once.

    By default Nagle's algorithm keeps a small message back until the browser has acknowledged the
    one before, and browsers take 40 ms over that: a figure would trail behind the mouse by three
    frames.
    """

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821  (Jupyter defines it)
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.ServerApp.jpserver_extensions.update(
    {"helpers.pictures.saved": True}
)  # keeps pictures when a notebook is saved
