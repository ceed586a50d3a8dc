"""The Python that runs in the user's process: control, capture, connect, install. No third-party imports."""
