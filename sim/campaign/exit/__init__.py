"""Who exits: the standard, verification and announcement, villages, the outside evaluation, and whether it lasts."""
