"""What a command says to the shell of how it ended; the help of `sim.cli` has it in words."""

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
