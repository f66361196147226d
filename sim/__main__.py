"""`python -m sim`."""

if __name__ == "__main__":
    import signal

    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # until the command can tell of it, Ctrl-C ends it without a word
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    from sim.cli import entry

    signal.signal(signal.SIGINT, usual)
    entry()
