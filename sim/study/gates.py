"""By what households leave the register: the year's list (plan), or without one whoever is ready (none)."""

GATES = ("plan", "none")


def other_gate(gate: str) -> str:
    """Return the gate that a scenario of this one is played under beside its own."""
    return "none" if gate == "plan" else "plan"
