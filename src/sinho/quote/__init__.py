"""What a programme, a new model or contract, earns and costs: the hub planned with it and without."""
