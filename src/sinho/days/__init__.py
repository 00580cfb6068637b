"""Days to be sequenced: their cars, rules and files, and what an order of the cars costs."""
