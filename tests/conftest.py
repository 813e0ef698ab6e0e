"""What holds for every test."""

import signal


def pytest_configure():
    """Hear Ctrl-C even where the suite was started with it ignored, as shells do for commands in the background.

    Processes inherit what is ignored, and the tests of interruptions send the signal to processes of theirs.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
