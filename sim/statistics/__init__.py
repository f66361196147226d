"""What replications say together: intervals, the selection of the best, values that agree with what was seen."""
