"""What goes wrong on the way to credentials."""


class NoCredentials(Exception):
    """There are none; the message says where they were looked for, or what the one that was asked answered."""
