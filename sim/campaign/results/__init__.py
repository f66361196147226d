"""What is told of a replication: its result, why not, who was where, and whether everything adds up."""
