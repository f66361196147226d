"""Many replications: what is to be played, on which processes or machines, and the store that keeps what was."""
