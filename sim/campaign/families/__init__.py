"""What acts: one process family a file, each with what only it needs beside it."""
