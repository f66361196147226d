"""What acts: one process family a file, or a folder where parts stand beside it."""
