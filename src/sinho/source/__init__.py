"""Which plant builds what for which market: a network of plants, planned as one."""
