"""What a programme earns and costs: a new model or contract, planned with it and without."""
