"""What the course changes about the Jupyter server, by jupyter/jupyter_server_config.json."""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's connection to the browser that sends small messages at once.

    The server leaves Nagle's algorithm on. A moved slider is answered by a few small messages; together with the
    browser's delayed acknowledgements each answer then waits up to 40 ms before it is sent.
    """

    def connect(self):
        """Connect as usual, without the wait for small messages."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
