"""Money and the list: budgets, the ledger, what is allotted and paid, and the projects that it becomes."""
